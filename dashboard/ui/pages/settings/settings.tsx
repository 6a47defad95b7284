/**
 * What this machine does, whom it spares, what it looks for, who is told and
 * who may log in. Each part has an address of its own; its code is loaded when
 * somebody opens the page.
 *
 * @module
 */
import type { ComponentType } from "preact";
import type { SettingTrial, SettingView } from "../../../api/config_desk.ts";
import { useLoaded } from "../../loaded.ts";
import { place } from "../../place.ts";
import { Pending } from "../../state.tsx";
import { Tabs } from "../../tabs.tsx";
import { texts } from "../../texts.ts";
import { AllValues } from "./all_values.tsx";
import { General } from "./general.tsx";
import { Notifications } from "./notifications.tsx";
import { Pace } from "./pace.tsx";
import { People } from "./people.tsx";
import { Protected } from "./protected.tsx";
import { Scenarios } from "./scenarios.tsx";
import { Several } from "./several.tsx";
import { may } from "../../may.ts";
import { Trial } from "./trial.tsx";

/** What each part is given. */
export interface PartProps {
  readonly settings: readonly SettingView[];
  /** Reads them again. */
  readonly reload: () => void;
  /** Whether whoever looks may change anything. */
  readonly owner: boolean;
}

const parts: readonly (readonly [string, ComponentType<PartProps>])[] = [
  ["", General],
  ["protected", Protected],
  ["scenarios", Scenarios],
  ["several", Several],
  ["pace", Pace],
  ["notifications", Notifications],
  ["people", People],
  ["all", AllValues],
];

interface Config {
  readonly settings: readonly SettingView[];
  readonly trial?: SettingTrial;
}

/** The page. */
export function Settings() {
  const words = texts.settings;
  const config = useLoaded<Config>("/config", {
    everyMs: 10_000,
    news: ({ what }) => what === "setting",
  });
  const owner = may("POST", "/v1/config");
  const name = place.value.pathname.split("/")[2] ?? "";
  const [, Part] = parts.find(([each]) => each === name) ?? parts[0]!;
  const settings = config.value?.settings;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="hint">{words.here}</p>
      <Tabs
        label={words.sections}
        tabs={parts.map(([each]) => ({
          href: each === "" ? "/settings" : `/settings/${each}`,
          name: words.tabs[each] ?? each,
          here: each === name,
        }))}
      />
      <Trial
        trial={config.value?.trial}
        owner={owner}
        onEnded={config.reload}
      />
      {settings
        ? (
          <Part
            key={name}
            settings={settings}
            reload={config.reload}
            owner={owner}
          />
        )
        : <Pending of={config} />}
    </>
  );
}
