/**
 * The configuration's `sensors`: logs that are read through filters of
 * fail2ban as they are.
 *
 * ```yaml
 * sensors:
 *   - fail2ban: sshd            # from the journal, by the filter's journalmatch
 *     mode: aggressive
 *   - fail2ban: nginx-botsearch
 *     log: /var/log/nginx/access.log
 *   - fail2ban: /srv/filters/shop.conf
 *     log: [/srv/shop/a.log, /srv/shop/b.log]
 *   - fail2ban: shop[limit=3]
 *     filterDir: /srv/filters
 * ```
 *
 * Where a setting must be one text (environment), `fail2ban:NAME` stands for
 * the first form. The filters themselves are read by `read_sensors.ts`.
 *
 * @module
 */
import * as z from "zod";

const path = z.string().startsWith("/", "expected an absolute path").max(4_096);
const filterName = z.string().min(1).max(4_096);
const prefix = "fail2ban:";

const filterSensor = z.strictObject({
  /** A filter's name, also with options, or the path of its file. */
  fail2ban: filterName,
  /** The journal if absent. */
  log: z.union([path, z.array(path).min(1).max(32)], {
    error: "expected a path, or a list of paths",
  }).optional(),
  /** As `NAME[mode=…]`. */
  mode: z.string().regex(
    /^[\w-]{1,64}$/,
    "expected the name of a mode, such as aggressive",
  ).optional(),
  /** Where filters are. */
  filterDir: path.optional(),
});

const shortForm = z.string().startsWith(
  prefix,
  "expected fail2ban:NAME, or keys such as { fail2ban: sshd }",
).max(4_096);

/** The schema of `sensors`. */
export const sensorsSetting = z.array(
  z.union([filterSensor, shortForm], {
    error: "expected a sensor, such as { fail2ban: sshd }",
  }),
).max(64);

/** The value of `sensors`. */
export type SensorsSetting = z.infer<typeof sensorsSetting>;

/** For people, on one line. */
export function describeSensors(sensors: SensorsSetting): string {
  return sensors.map((sensor) => {
    const { fail2ban, mode, log } = longForm(sensor);
    const from = log === undefined ? "" : ` from ${[log].flat().join(" and ")}`;
    return `fail2ban:${fail2ban}${
      mode === undefined ? "" : `[${mode}]`
    }${from}`;
  }).join(", ");
}

/** A sensor with its keys, also where it was one text. */
export function longForm(
  sensor: SensorsSetting[number],
): z.infer<typeof filterSensor> {
  return typeof sensor === "string"
    ? { fail2ban: sensor.slice(prefix.length) }
    : sensor;
}
