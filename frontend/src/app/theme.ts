import { t } from "@lingui/core/macro";
import { createTheme, Menu, Modal } from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 7, dark: 8 }, // white text on it is readable
  defaultRadius: "md",
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "650" },
  components: {
    Modal: Modal.extend({
      styles: { title: { fontWeight: 650, fontSize: "var(--mantine-font-size-lg)" } },
      // Looked up when a dialog opens: in the language of then. A dialog's head is not the page's.
      defaultProps: (() => ({
        closeButtonProps: { "aria-label": t`Close` },
        attributes: { header: { role: "presentation" } },
      })) as never,
    }),
    // What takes the focus in its place is no child that a menu may have.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});
