import { useChangePreferences } from "../account/usePreferences";
import { useGuidelines, useNoteReading } from "./useGuidelines";

/**
 * Whether the guidelines are beside the image: as the annotator likes it, and once whenever they changed.
 * Whoever closes them has read them.
 */
export function useGuide(project: string, liked: boolean) {
  const found = useGuidelines(project);
  const change = useChangePreferences();
  const read = useNoteReading(project);
  const unread = found.data?.unread ?? false;
  const opened = liked || unread;
  return {
    opened,
    toggle: () => {
      if (unread) read();
      if (liked === opened) change({ guidelines_open: !opened });
    },
  };
}
