import { useComputedColorScheme } from "@mantine/core";

/** Colours of charts in the present theme. */
export function useChartColors(): { ink: string; paper: string; line: string } {
  return useComputedColorScheme("light") === "dark"
    ? { ink: "#909296", paper: "#25262b", line: "#748ffc" }
    : { ink: "#868e96", paper: "#fff", line: "#4c6ef5" };
}
