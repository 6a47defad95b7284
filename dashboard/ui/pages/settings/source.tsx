/**
 * Where a value comes from, beside the value.
 *
 * @module
 */
import type { SettingView } from "../../../api/config_desk.ts";
import { texts } from "../../texts.ts";
import { clockText } from "../../when.tsx";

/** In words. */
export function sourceText(
  { origin, changed, change }: Pick<
    SettingView,
    "origin" | "changed" | "change"
  >,
): string {
  const words = texts.settings.from;
  if (changed) return words.changed(changed.by, clockText(changed.atMs));
  if (origin === "default") return words.default;
  return change === "fixed" ? words.fixed(origin) : words.other(origin);
}

/** A line below the field; a button takes back what was changed here. */
export function Source({ of, onTakeBack }: {
  readonly of: SettingView;
  /** Absent for who may not. */
  readonly onTakeBack?: (() => void) | undefined;
}) {
  return (
    <p class="hint text">
      {sourceText(of)}{" "}
      {of.changed && onTakeBack && (
        <button type="button" class="plain" onClick={onTakeBack}>
          {texts.settings.takeBack}
        </button>
      )}
    </p>
  );
}
