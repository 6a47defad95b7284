/**
 * The configuration's `profile`: a name, or a plan.
 *
 * ```yaml
 * profile:
 *   default: lan              # on days that no rule names
 *   calendar:
 *     - { days: sat-sun, use: metered }
 *   changeAt: "06:00"         # when a day's profile begins; 00:00 if absent
 *   timeZone: Europe/Zurich   # this host's if absent
 *   far: wan                  # links to members with global addresses only
 * ```
 *
 * A rule names whole days, and all days begin at the same time, so that no
 * calendar can ask for two changes a day: hours in a rule are refused with
 * these words. A day belongs to one rule.
 *
 * The value stays as the operator wrote it, because `status` shows it and it
 * may be read twice; {@linkcode planOf} says what it means.
 *
 * @module
 */
import * as z from "zod";
import type {
  FarProfileName,
  ProfileCalendar,
  ProfileName,
  Weekday,
} from "../mesh/mod.ts";

// The names again: a command that only asks an agent need not load the mesh.
const profileName = z.enum(
  ["lan", "wan", "metered", "open"] satisfies ProfileName[],
);
const farProfileName = z.enum(["wan", "metered"] satisfies FarProfileName[]);
const weekdays = [
  "mon",
  "tue",
  "wed",
  "thu",
  "fri",
  "sat",
  "sun",
] as const satisfies readonly Weekday[];

/** Keys that people will try, because other calendars have them. */
const noHours = z.custom<undefined>(
  () => false,
  "a rule holds for whole days, so that the profile changes at most once a " +
    "day; say when days begin with changeAt beside calendar",
).optional();

const rule = z.strictObject({
  days: z.string().refine(
    (text) => readDays(text) !== undefined,
    "expected days, such as sat, mon-fri or mon,wed-fri, each once",
  ),
  use: profileName,
  from: noHours,
  to: noHours,
  at: noHours,
});

const plan = z.strictObject({
  default: profileName,
  calendar: z.array(rule).min(1).max(weekdays.length).superRefine(
    (rules, context) => {
      const taken = new Set<Weekday>();
      for (const [index, { days }] of rules.entries()) {
        const twice = (readDays(days) ?? []).find((day) => taken.has(day));
        for (const day of readDays(days) ?? []) taken.add(day);
        if (twice === undefined) continue;
        context.addIssue({
          code: "custom",
          path: [index, "days"],
          message: `${twice} has a rule above already`,
        });
      }
    },
  ).optional(),
  changeAt: z.string().regex(
    /^(?:[01]\d|2[0-3]):[0-5]\d$/,
    'expected a time of day in quotes, such as "06:00"',
  ).optional(),
  timeZone: z.string().max(64).refine(
    isTimeZone,
    "expected the name of a time zone, such as Europe/Zurich or UTC",
  ).optional(),
  far: farProfileName.optional(),
}).superRefine(({ calendar, changeAt, timeZone }, context) => {
  if (calendar !== undefined) return;
  for (const [key, value] of Object.entries({ changeAt, timeZone })) {
    if (value === undefined) continue;
    context.addIssue({
      code: "custom",
      path: [key],
      message: "says nothing without calendar",
    });
  }
});

/** As the operator wrote it. */
export type ProfileSetting = z.infer<typeof profileName> | z.infer<typeof plan>;

/** Keys of a plan and of its rules, for suggestions. */
export const profileKeys = {
  plan: Object.keys(plan.shape),
  rule: ["days", "use"],
} as const;

/**
 * The schema of the setting. A union would only say that nothing fits; this
 * says what is wrong with what was meant.
 */
export const profileSetting: z.ZodType<ProfileSetting, ProfileSetting> = z
  .custom<ProfileSetting>().superRefine((value, context) => {
    const meant: z.ZodType = typeof value === "object" && value !== null &&
        !Array.isArray(value)
      ? plan
      : profileName;
    const { error } = meant.safeParse(value);
    for (const issue of error?.issues ?? []) {
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
  });

/** What the setting means. */
export interface ProfilePlan {
  /** Without a calendar: always. */
  readonly fixed: ProfileName;
  readonly calendar: ProfileCalendar | undefined;
  readonly far: FarProfileName | undefined;
}

/**
 * What a setting that passed the schema means.
 *
 * @param hostTimeZone Of this host, where the setting names none.
 */
export function planOf(
  setting: ProfileSetting,
  hostTimeZone: string,
): ProfilePlan {
  if (typeof setting === "string") {
    return { fixed: setting, calendar: undefined, far: undefined };
  }
  const { calendar: rules, changeAt = "00:00", timeZone, far } = setting;
  const fixed = setting.default;
  if (!rules) return { fixed, calendar: undefined, far };
  const days = Object.fromEntries(
    weekdays.map((day) => [day, fixed]),
  ) as Record<Weekday, ProfileName>;
  for (const { days: text, use } of rules) {
    for (const day of readDays(text) ?? []) days[day] = use;
  }
  const [hour = 0, minute = 0] = changeAt.split(":").map(Number);
  const calendar: ProfileCalendar = {
    days,
    beginsAtMinute: hour * 60 + minute,
    timeZone: timeZone ?? hostTimeZone,
  };
  return { fixed, calendar, far };
}

/** The setting in one line, for people. */
export function describeProfileSetting(setting: ProfileSetting): string {
  if (typeof setting === "string") return setting;
  const { calendar = [], changeAt = "00:00", far } = setting;
  return [
    setting.default,
    ...calendar.map(({ days, use }) => `${days} ${use}`),
    ...(calendar.length > 0 ? [`from ${changeAt}`] : []),
    ...(far === undefined ? [] : [`far links ${far}`]),
  ].join(", ");
}

/** Whether the runtime knows a time zone of this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads days as calendars write them: `sat`, `mon-fri`, `fri-mon`,
 * `mon-wed,sat`.
 *
 * @returns Each day once; undefined if `text` is anything else, or names a day
 * twice.
 */
export function readDays(text: string): Weekday[] | undefined {
  const days: Weekday[] = [];
  for (const part of text.split(",")) {
    const ends = part.trim().split("-").map((name) =>
      weekdays.indexOf(name.trim() as Weekday)
    );
    const [first = -1, last = first] = ends;
    if (ends.length > 2 || first < 0 || last < 0) return undefined;
    const count = (last - first + 7) % 7 + 1;
    for (let i = 0; i < count; i++) days.push(weekdays[(first + i) % 7]!);
  }
  return new Set(days).size === days.length ? days : undefined;
}
