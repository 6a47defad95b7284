/**
 * What `stealthmesh config` does: asks the running agent, which alone changes
 * anything.
 *
 * @module
 */
import type {
  ConfigAnswer,
  SettingOrder,
  SettingView,
  TrialEnd,
  TrialEnded,
} from "../dashboard/mod.ts";
import { askAgent } from "./ask_agent.ts";
import type { Invocation } from "./command.ts";
import { settingNames } from "./config_source.ts";
import { shortTime } from "./desk_words.ts";
import { parseDuration } from "./duration.ts";
import { nearest } from "./nearest.ts";
import { OperatorError } from "./operator_error.ts";
import type { Output } from "./output.ts";
import { settingViews } from "./setting_change.ts";
import { typedValue } from "./typed_value.ts";
import { changedLeaseText, noteTexts, settingRows } from "./setting_words.ts";

/** Prints what is in force, or would be if an agent started now. */
export async function showConfig(
  name: string | undefined,
  invocation: Invocation,
): Promise<void> {
  const { output } = invocation;
  const all = await settingsNow(invocation);
  const shown = name === undefined
    ? all
    : all.filter((each) => each.name === name);
  if (name !== undefined && shown.length === 0) {
    const meant = nearest(name, settingNames);
    throw new OperatorError(
      "wrong_usage",
      `Cannot show ${name}: there is no such setting`,
      meant === undefined
        ? ["See which there are:", "  stealthmesh config show"]
        : [`Did you mean: stealthmesh config show ${meant}`],
    );
  }
  if (output.json) {
    for (const setting of shown) output.record(setting);
    return;
  }
  output.table(["setting", "value", "from"], settingRows(shown));
  const { items } = shown.length === 1 ? shown[0]! : {};
  if (!items?.length) return;
  output.text("");
  output.table(
    ["item", "from"],
    items.map(({ value, origin }) => [value, origin]),
  );
}

/** How a change is to be made. */
interface ChangeWishes {
  readonly dryRun: boolean;
  /** How long it is on trial; for good if absent. */
  readonly forTime?: string | undefined;
}

/** Carries one change out, or says what it would do. */
export async function changeConfig(
  { value, ...order }: SettingOrder,
  { dryRun, forTime }: ChangeWishes,
  invocation: Invocation,
): Promise<void> {
  const { output } = invocation;
  const trialMs = forTime === undefined ? undefined : parseDuration(forTime);
  const change = {
    ...order,
    ...(value !== undefined && { value: typedValue(order.name, value) }),
  };
  const answer = await askAgent(
    invocation,
    (agent) =>
      agent.post<ConfigAnswer>("/v1/config", {
        changes: [change],
        dryRun,
        ...(trialMs !== undefined && { trialMs }),
      }),
  );
  if (output.json) output.record(answer);
  else tell(answer, dryRun, output);
  const [fault] = answer.faults;
  if (fault) {
    throw new OperatorError(
      "failed",
      `Cannot ${order.action} ${fault.name}: ${fault.reason}`,
      ["See what is in force:", `  stealthmesh config show`],
    );
  }
}

/** Keeps what is on trial, or takes it back. */
export async function endTrial(
  end: TrialEnd,
  invocation: Invocation,
): Promise<void> {
  const ended = await askAgent(
    invocation,
    (agent) => agent.post<TrialEnded>("/v1/config/trial", { end }),
  );
  const { output } = invocation;
  if (output.json) output.record(ended);
  const names = ended.names.join(", ");
  output.note(
    end === "keep" ? `${names} stays as it is now` : `${names} is as before`,
    "good",
  );
}

/** Checks a file, or the one in use. */
export async function validateConfig(
  file: string | undefined,
  invocation: Invocation,
): Promise<void> {
  const { output } = invocation;
  let path = file;
  if (file === undefined) path = (await invocation.loadConfig()).path;
  else {
    const { parseConfigFile } = await import("./config_file.ts");
    parseConfigFile(Deno.readTextFileSync(file), file);
  }
  if (output.json) output.record({ valid: true, ...(path && { path }) });
  else if (path === undefined) {
    output.note("There is no configuration file; defaults are in force");
  } else output.note(`${path} is valid`, "good");
}

async function settingsNow(
  invocation: Invocation,
): Promise<readonly SettingView[]> {
  const { base, changed } = await invocation.loadConfig();
  try {
    const { settings } = await askAgent(
      invocation,
      (agent) => agent.get<{ settings: SettingView[] }>("/v1/config"),
    );
    return settings;
  } catch (error) {
    const isDown = error instanceof OperatorError &&
      error.code === "agent_unreachable";
    if (!isDown) throw error;
    invocation.output.note(
      "No agent answers; this is what one would start with",
      "warning",
    );
    return settingViews(base, changed);
  }
}

function tell(answer: ConfigAnswer, dryRun: boolean, output: Output): void {
  const { begins, ends, notes, faults, changes, ruleset, trial } = answer;
  if (faults.length > 0) return;
  if (changes === 0) {
    output.note("It is so already; nothing changes");
    return;
  }
  const would = dryRun ? "would " : "";
  if (begins.length > 0) {
    output.note(`${begins.length} measures ${would}begin now:`);
    for (const lease of begins) output.note(`  ${changedLeaseText(lease)}`);
  }
  if (ends.length > 0) {
    output.note(`${ends.length} measures ${would}end now:`);
    for (const lease of ends) output.note(`  ${changedLeaseText(lease)}`);
  }
  for (const note of notes) output.note(noteTexts[note]);
  if (ruleset !== undefined) output.text(ruleset.trimEnd());
  output.note(
    dryRun
      ? "Nothing was changed"
      : trial
      ? `On trial until ${shortTime(trial.untilMs)}; to keep it: ` +
        "stealthmesh config keep"
      : "In force now, and after the next start of the agent",
    dryRun ? undefined : "good",
  );
}
