import { createTheme, Modal } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  defaultRadius: "md",
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "650" },
  components: { Modal: Modal.extend({ styles: { title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" } } }) },
});
