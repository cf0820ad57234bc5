/** Tests read what the source says. */
import { messagesOf } from "./languages";
import { speak } from "./speak";

speak("en", await messagesOf("en"));
