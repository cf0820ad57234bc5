import { expect, test } from "vitest";

import { actual, adjust, css, fit, fitScale, invert, isPlain, pan, PLAIN, zoom } from "./view";

const stage = { width: 800, height: 400 };
const picture = { width: 400, height: 400 };

/** Where a point of the fitted picture, seen from the stage's middle, is shown. */
const shown = (view: typeof PLAIN, x: number) => view.x + x * view.scale;

test("zooming keeps the point under the pointer in its place", () => {
  const near = zoom(PLAIN, 2, stage, 100, 0);
  expect(shown(near, 100)).toBe(100);
  expect(shown(zoom(near, 1.5, stage, 130, 0), 115)).toBeCloseTo(130);
});

test("the picture is not moved further than its edges", () => {
  expect(pan(zoom(PLAIN, 3, stage), 9999, -9999, stage)).toMatchObject({ x: 800, y: -400 });
  expect(pan(PLAIN, 50, 50, stage)).toMatchObject({ x: 0, y: 0 });
});

test("1:1 puts one pixel of the picture on one of the screen, fit puts all of it on the stage", () => {
  const big = { width: 3200, height: 1600 };
  expect(actual(PLAIN, stage, big, 1).scale * fitScale(stage, big)).toBe(1);
  expect(actual(PLAIN, stage, big, 2).scale * fitScale(stage, big)).toBe(0.5);
  expect(fit(zoom(PLAIN, 4, stage, 10, 10))).toEqual(PLAIN);
});

test("enlarged pixels are squares, others are smooth", () => {
  expect(css(PLAIN, stage, { width: 16, height: 16 }).imageRendering).toBe("pixelated");
  expect(css(PLAIN, stage, picture).imageRendering).toBe("auto");
  expect(css(zoom(PLAIN, 4, stage), stage, picture).imageRendering).toBe("pixelated");
});

test("brightness, contrast and inversion become one filter, and stay within limits", () => {
  const view = invert(adjust(adjust(PLAIN, "brightness", 0.1), "contrast", -99));
  expect(css(view, stage, picture).filter).toBe("brightness(1.1) contrast(0.2) invert(1)");
  expect(isPlain(view)).toBe(false);
  expect(isPlain(adjust(adjust(invert(view), "brightness", -0.1), "contrast", 0.8))).toBe(true);
});
