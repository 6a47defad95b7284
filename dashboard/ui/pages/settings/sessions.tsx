/**
 * Who is logged in: whoever looks sees the own sessions, an owner all.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { askDashboard } from "../../api.ts";
import { Pending } from "../../state.tsx";
import { texts } from "../../texts.ts";
import { When } from "../../when.tsx";
import { useSessions } from "../../myself.ts";

/** What a session that began with a link is called in the API. */
const linkHolder = "(link)";

/** The list. */
export function Sessions() {
  const words = texts.settings;
  const list = useSessions();
  const [said, setSaid] = useState("");
  const nameOf = (name: string) =>
    name === linkHolder ? words.linkHolder : name;
  const end = async (id: string) => {
    try {
      await askDashboard("DELETE", `/sessions/${id}`);
      setSaid(words.sessionEnded);
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
    list.reload();
  };
  const sessions = list.value?.sessions;
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{words.sessions}</h2>
      {sessions
        ? (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col" class="wide">{words.sessionAt}</th>
                <th scope="col">{words.sessionSince}</th>
                <th scope="col">
                  <span class="unseen">{words.sessionEnd}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.map(({ id, name, address, sinceMs, own }) => (
                <tr key={id}>
                  <td class="text">
                    {nameOf(name)}{" "}
                    {own && <span class="soft">{words.sessionOwn}</span>}
                  </td>
                  <td class="text wide">{address}</td>
                  <td>
                    <When ms={sinceMs} />
                  </td>
                  <td>
                    {!own && (
                      <button
                        type="button"
                        aria-label={words.sessionEndOf(nameOf(name))}
                        onClick={() => void end(id)}
                      >
                        {words.sessionEnd}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
        : <Pending of={list} />}
      <p class="said" role="status">{said}</p>
    </section>
  );
}
