/**
 * Whether attacks are stopped, what is learned, how long the record remembers.
 * What was edited is marked until it is saved, and may be undone; what is wrong
 * is said beside its field, before anything is saved. While something is saved
 * nothing is disabled, so that the focus stays where it is.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type {
  SettingFault,
  SettingOrder,
  SettingView,
} from "../../../api/config_desk.ts";
import { useOnce } from "../../once.ts";
import { texts } from "../../texts.ts";
import { tryChange, useChanger } from "./change.tsx";
import type { PartProps } from "./settings.tsx";
import { Source } from "./source.tsx";

type Name = "mode" | "learning" | "journal.days";
type Draft = Partial<Record<Name, string>>;

/** Between the last key and the question whether it is right. Our choice. */
const checkMs = 300;

/** The part. */
export function General({ settings, reload, owner }: PartProps) {
  const words = texts.settings;
  const [draft, setDraft] = useState<Draft>({});
  const { propose, said, question } = useChanger(settings, (changes) => {
    setDraft((before) => without(before, changes));
    reload();
  });
  const once = useOnce();
  const setting = (name: Name) => settings.find((each) => each.name === name)!;
  const valueOf = (name: Name) => draft[name] ?? String(setting(name).value);
  const edited = (Object.keys(draft) as Name[]).filter((name) =>
    draft[name] !== String(setting(name).value)
  );
  const orders = edited.map((name): SettingOrder => ({
    name,
    action: "set",
    value: name === "journal.days" && /^\d+$/.test(valueOf(name))
      ? Number(valueOf(name))
      : valueOf(name),
  }));
  const faults = useFaults(orders);
  const edit = (name: Name, value: string) =>
    setDraft((before) => ({ ...before, [name]: value }));
  const field = (name: Name) => ({
    name,
    of: setting(name),
    edited: edited.includes(name),
    fault: faults.find((each) => each.name === name)?.reason,
    onTakeBack: owner
      ? () => void propose([{ name, action: "unset" }], words.takenBack)
      : undefined,
  });
  const canSave = orders.length > 0 && faults.length === 0;
  const locked = (name: Name) => !owner || setting(name).change !== "value";
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave) void once(() => propose(orders, words.saved));
      }}
    >
      <Field {...field("mode")} label={words.mode} group>
        {(["observe", "enforce"] as const).map((mode) => (
          <label key={mode} class="choice">
            <input
              type="radio"
              name="mode"
              value={mode}
              checked={valueOf("mode") === mode}
              disabled={locked("mode")}
              onChange={() =>
                edit("mode", mode)}
            />
            <span>
              <strong>{words.modes[mode].name}</strong> {words.modes[mode].what}
            </span>
          </label>
        ))}
      </Field>
      <Field {...field("learning")} label={words.learning}>
        <label class="choice">
          <input
            type="checkbox"
            id="field-learning"
            checked={valueOf("learning") === "on"}
            disabled={locked("learning")}
            onChange={(event) =>
              edit("learning", event.currentTarget.checked ? "on" : "off")}
          />
          <span>{words.learningWhat}</span>
        </label>
      </Field>
      <Field {...field("journal.days")} label={words.days}>
        <input
          id="field-journal.days"
          inputMode="numeric"
          size={6}
          value={valueOf("journal.days")}
          disabled={locked("journal.days")}
          aria-invalid={faults.some(({ name }) => name === "journal.days")}
          aria-describedby="fault-journal.days"
          onInput={(event) => edit("journal.days", event.currentTarget.value)}
        />
      </Field>
      {owner && (
        <div class="row">
          <button type="submit" class="strong" aria-disabled={!canSave}>
            {words.save}
          </button>
          <button
            type="button"
            aria-disabled={edited.length === 0}
            onClick={() => setDraft({})}
          >
            {words.discard}
          </button>
        </div>
      )}
      <p class="said" role="status">{said}</p>
      {question}
    </form>
  );
}

/** What is left of a draft: what was edited since those changes were sent. */
function without(draft: Draft, changes: readonly SettingOrder[]): Draft {
  const rest = { ...draft };
  for (const { name, action, value } of changes) {
    const edited = draft[name as Name];
    if (action === "unset" || edited === String(value)) {
      delete rest[name as Name];
    }
  }
  return rest;
}

/** What the agent finds wrong with a draft. */
function useFaults(orders: readonly SettingOrder[]): readonly SettingFault[] {
  const [faults, setFaults] = useState<readonly SettingFault[]>([]);
  const key = JSON.stringify(orders);
  useEffect(() => {
    setFaults([]);
    if (orders.length === 0) return;
    let stale = false;
    const timer = setTimeout(() => {
      tryChange(orders).then(
        (answer) => stale || setFaults(answer.faults),
        // Saving will say what is wrong.
        () => {},
      );
    }, checkMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [key]);
  return faults;
}

function Field(
  { name, label, group, of, edited, fault, onTakeBack, children }: {
    readonly name: Name;
    readonly label: string;
    /** Several controls under one name. */
    readonly group?: boolean;
    readonly of: SettingView;
    readonly edited: boolean;
    readonly fault: string | undefined;
    readonly onTakeBack: (() => void) | undefined;
    readonly children: ComponentChildren;
  },
) {
  const badge = edited && <em class="badge">{texts.settings.unsaved}</em>;
  const rest = (
    <>
      {children}
      <p class="wrong" id={`fault-${name}`}>{fault}</p>
      <Source of={of} onTakeBack={onTakeBack} />
    </>
  );
  return group
    ? (
      <fieldset class="field">
        <legend>{label} {badge}</legend>
        {rest}
      </fieldset>
    )
    : (
      <div class="field">
        <label for={`field-${name}`} class="legend">{label} {badge}</label>
        {rest}
      </div>
    );
}
