/**
 * How strongly to contain.
 *
 * @module
 */
import { texts } from "../texts.ts";

/** Measures that one orders by hand, the strongest first. */
const choices = ["block", "steer", "throttle"] as const;

/** A list to choose from. */
export function MeasureChoice({ value, onChange }: {
  readonly value: typeof choices[number];
  readonly onChange: (value: typeof choices[number]) => void;
}) {
  const words = texts.measures;
  return (
    <label>
      {words.measure}
      <select
        value={value}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(choices.find((each) => each === chosen) ?? value);
        }}
      >
        {choices.map((each) => (
          <option key={each} value={each}>{words.names[each]}</option>
        ))}
      </select>
    </label>
  );
}
