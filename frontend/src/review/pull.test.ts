import { expect, test } from "vitest";

import { pull } from "./pull";

const group = (count: number, total: number) => ({
  agreed: { count, total, share: total ? count / total : null, low: null, high: null },
  median_ms: null,
});
const apart = (difference: number, low: number, high: number) => ({ difference, low, high });

test("a difference beyond its interval is a pull", () => {
  const told = pull({ shown: group(95, 100), hidden: group(70, 100), difference: apart(0.25, 0.15, 0.35) });
  expect(told).toContain("by +25 points (95 % interval +15 to +35)");
});

test("a difference within its interval may be chance", () => {
  const told = pull({ shown: group(9, 10), hidden: group(8, 10), difference: apart(0.1, -0.2, 0.4) });
  expect(told).toContain("No pull can be told from chance");
});

test("without audited answers nothing is compared", () => {
  expect(pull({ shown: group(9, 10), hidden: group(0, 0), difference: null })).toContain("nothing to compare with");
});
