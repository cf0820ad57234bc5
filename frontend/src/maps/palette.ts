/** Marks that are told from each other without colour. */
export const SHAPES = ["circle", "square", "triangle", "diamond"] as const;
export type Shape = (typeof SHAPES)[number];

/** Of what nothing is known. */
export const QUIET = "#8d959c";

// Okabe and Ito's palette, told apart by colour-blind people; its yellow and black fit one background only.
const LIGHT = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7a5195"];
const DARK = ["#4ea5e0", "#ff8a3d", "#1fc494", "#e79ac6", "#ffc04d", "#8fd3ff", "#ffffff", "#b28fd0"];

export function categorical(place: number, dark: boolean): string {
  const colors = dark ? DARK : LIGHT;
  return colors[place % colors.length] ?? QUIET;
}

// Viridis (van der Walt and Smith 2015): even steps of lightness, which colour-blind people see as well.
const VIRIDIS = ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"];

/** A colour for a part (0..1) of a scale, from what is low to what is high; the end that the background hides is left out. */
export function sequential(part: number, dark: boolean): string {
  const [first, last] = dark ? [2, 9] : [0, 7.5];
  const place = first + Math.min(Math.max(part, 0), 1) * (last - first);
  const [below, above] = [VIRIDIS[Math.floor(place)] ?? QUIET, VIRIDIS[Math.ceil(place)] ?? QUIET];
  const mixed = [1, 3, 5].map((at) => {
    const [a, b] = [parseInt(below.slice(at, at + 2), 16), parseInt(above.slice(at, at + 2), 16)];
    return Math.round(a + (b - a) * (place % 1)).toString(16).padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}
