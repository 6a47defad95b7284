/**
 * What BIND says of clients it denies something:
 *
 *     client @0x7f12 192.0.2.1#53124 (example.org): query (cache) 'example.org/A/IN' denied
 *
 * The address stands before the name that was asked for. Queries come over
 * UDP, so whoever is named may know nothing of it (and is then the victim of
 * an amplification attack): such a refusal says that it may be forged. A zone
 * transfer comes over TCP.
 *
 * @module
 */
import type { LogClock } from "./log_clock.ts";
import { serviceFormat } from "./service_format.ts";
import {
  otherReading,
  type Service,
  type ServiceReading,
} from "./service_reading.ts";
import type { TextFormat } from "./text_format.ts";

/** Category and severity, as `print-category` and `print-severity` add them. */
const heading =
  /^(?:[a-z-]{2,32}: )?(?:(?:info|notice|warning|error|critical|debug \d+): )?(?:view \S{1,64}: )?/;
const client =
  /^client (?:@0x[0-9a-f]{1,16} )?([0-9A-Fa-f:.]{2,45})(?:%\w{1,15})?#\d{1,5}(?:\/key \S{1,255})?(?: \([^)]{0,255}\))?: (?:view \S{1,64}: )?/;
const denied =
  /^(?:(query|update|update forwarding|notify|zone transfer|bad zone transfer request|request)(?: \(cache\))?[: ].*\b(?:denied|non-authoritative zone \(NOTAUTH\))|update '.*' denied)/;

/** Reads a message of named. */
function readNamed(message: string): ServiceReading | undefined {
  const head = heading.exec(message);
  const text = message.slice(head?.[0].length ?? 0);
  const who = client.exec(text);
  if (!who) {
    return /^(?:zone |managed-keys-zone|running|loading|listening|received|transfer of |network unreachable|resolver priming|validating |automatic empty zone|no longer listening|all zones loaded|command channel)/
        .test(text)
      ? otherReading
      : undefined;
  }
  const refusal = denied.exec(text.slice(who[0].length));
  if (!refusal) return otherReading;
  const isTransfer = refusal[1]?.includes("zone transfer") === true;
  return {
    what: "refused",
    form: "login",
    host: who[1] ?? "",
    user: "",
    ...(isTransfer ? {} : { forgeable: true as const }),
  };
}

/** BIND's named. */
export const named: Service = { name: "named", family: "dns", read: readNamed };

/** A channel of named's own: `23-Nov-2026 03:26:55.123 …`. */
export const namedFormat: TextFormat = serviceFormat(
  named,
  (line: string, clock: LogClock) => {
    const stamp = clock.dayFirst(line, 0) ?? clock.numeric(line, 0);
    return stamp && line.charCodeAt(stamp.end) === 32
      ? { atMs: stamp.atMs, message: line.slice(stamp.end + 1) }
      : undefined;
  },
);
