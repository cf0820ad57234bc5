import type { Plan } from "../api/client";
import { lines } from "./words";

/** A plan as a list of its decisions. */
export function PlanWords({ plan }: { plan: Plan }) {
  return (
    <dl className="words">
      {lines(plan).map(({ term, says }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
  );
}
