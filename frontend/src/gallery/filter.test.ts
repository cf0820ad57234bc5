import { expect, test } from "vitest";

import { conditions, galleryOf, readFilter, written } from "./filter";

test("an address becomes a filter", () => {
  const search = new URLSearchParams("split=pool&pool_batch=3&flagged=false&near_duplicate=true&alike=y&class=cat&order=hardest&image=x");
  expect(readFilter(search)).toEqual({
    split: "pool",
    pool_batch: 3,
    flagged: false,
    near_duplicate: true,
    alike: "y",
    class: "cat",
    order: "hardest",
  });
});

test("what makes no sense is left out", () => {
  expect(readFilter(new URLSearchParams("pool_batch=-1&cycle=two&flagged=maybe"))).toEqual({});
});

test("a change is written beside what stands there", () => {
  const next = written(new URLSearchParams("class=cat&image=x"), { class: null, cycle: 2, flagged: true });
  expect(next.toString()).toBe("image=x&cycle=2&flagged=true");
});

test("a filter that is linked is read as it was", () => {
  const filter = { measured_in: 2, true: "cat & mouse", predicted: "dog" };
  const search = new URLSearchParams(galleryOf("p", filter, "x").split("?")[1]);
  expect(readFilter(search)).toEqual(filter);
  expect(search.get("image")).toBe("x");
});

test("an order is no condition", () => {
  expect([conditions({ order: "newest" }), conditions({ order: "newest", flagged: false, cycle: 1 })]).toEqual([0, 2]);
});
