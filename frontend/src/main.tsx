import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";

import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { meQuery } from "./account/useMe";
import { App } from "./app/App";
import { queryClient } from "./app/queries";
import { theme } from "./app/theme";
import { messagesOf, speak } from "./language/speak";
import { languageHere } from "./language/useLanguage";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
// Who is there is asked while the words arrive; where that fails, the page asks again and says so.
queryClient.query(meQuery).catch(() => undefined);
const language = languageHere();
void messagesOf(language).then((messages) => {
  speak(language, messages);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <Notifications position="top-right" />
        <QueryClientProvider client={queryClient}>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
});
