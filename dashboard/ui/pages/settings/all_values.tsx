/**
 * Every value and its source, and the commands that make another machine like
 * this one.
 *
 * @module
 */
import { texts } from "../../texts.ts";
import { commandsOf } from "./commands.ts";
import type { PartProps } from "./settings.tsx";
import { sourceText } from "./source.tsx";

/** The part. */
export function AllValues({ settings }: PartProps) {
  const words = texts.settings;
  const commands = commandsOf(settings);
  return (
    <>
      <section class="card" aria-labelledby="others">
        <h2 id="others">{words.others}</h2>
        {commands.length === 0 ? <p class="soft">{words.othersNone}</p> : (
          <>
            <p>{words.othersWhat}</p>
            <pre tabIndex={0}>{commands.join("\n")}</pre>
          </>
        )}
      </section>
      <section class="card scroll" tabIndex={0} aria-labelledby="values">
        <h2 id="values">{words.tabs["all"]}</h2>
        <p class="hint">{words.allWhat}</p>
        <table>
          <thead>
            <tr>
              <th scope="col">{words.setting}</th>
              <th scope="col">{words.value}</th>
              <th scope="col" class="wide">{words.source}</th>
            </tr>
          </thead>
          <tbody>
            {settings.map((setting) => (
              <tr key={setting.name}>
                <th scope="row">{setting.name}</th>
                <td class="text">{JSON.stringify(setting.value)}</td>
                <td class="text wide soft">{sourceText(setting)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
