/**
 * The machines of the mesh, and how this one is set.
 *
 * @module
 */
import type { StatusView } from "../../api/agent_desk.ts";
import { useLoaded } from "../loaded.ts";
import { Pending } from "../state.tsx";
import { texts } from "../texts.ts";
import { stateOf } from "./member_state.ts";

/** The page. */
export function Machines() {
  const status = useLoaded<StatusView>("/status", { everyMs: 5_000 });
  const view = status.value;
  const words = texts.machines;
  if (!view) {
    return (
      <>
        <h1>{words.title}</h1>
        <Pending of={status} />
      </>
    );
  }
  return (
    <>
      <h1>{words.title}</h1>
      <div
        class="card scroll"
        tabIndex={0}
        role="region"
        aria-label={words.title}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.state}</th>
              <th scope="col" class="wide">{words.addresses}</th>
              <th scope="col" class="wide">{words.membership}</th>
            </tr>
          </thead>
          <tbody>
            {view.members.map((member) => {
              const state = stateOf(member, view);
              return (
                <tr key={member.node}>
                  <td class="text" title={member.node}>
                    {member.name}{" "}
                    {member.custodian && (
                      <span class="soft">{words.custodian}</span>
                    )}
                  </td>
                  <td class={state.tone}>{state.text}</td>
                  <td class="wide text">{member.addresses.join(", ")}</td>
                  <td class="wide">
                    {new Date(member.notAfterMs).toLocaleDateString()}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <section class="card" aria-labelledby="never">
        <h2 id="never">{words.never}</h2>
        <ul>
          {view.neverBlock.map(({ network, reason }) => (
            <li key={`${network} ${reason}`}>
              {network} <span class="soft">{reason}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card scroll" tabIndex={0} aria-labelledby="settings">
        <h2 id="settings">{words.settings}</h2>
        <table>
          <tbody>
            {view.settings.map(({ name, value, origin }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="text">{JSON.stringify(value)}</td>
                <td class="soft wide">{origin}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}
