/** Tests read what the source says. */
import { messagesOf, moreTexts, speak } from "./speak";

speak("en", await messagesOf("en"));
await moreTexts();
