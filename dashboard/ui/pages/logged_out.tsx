/**
 * What somebody sees who is not logged in: the form of an account, and how to
 * get a link.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { login } from "../api.ts";
import { useOnce } from "../once.ts";
import { place } from "../place.ts";
import { texts } from "../texts.ts";

/** The page. */
export function LoggedOut() {
  const words = texts.login;
  const spent = place.value.searchParams.get("login") === "spent";
  const [said, setSaid] = useState(spent ? words.spent : "");
  const once = useOnce();
  const enter = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const field = (name: string) => String(fields.get(name) ?? "");
    setSaid(words.entering);
    try {
      await login({
        name: field("name").trim(),
        password: field("password"),
        code: field("code").replace(/\s/g, ""),
      });
    } catch (failure) {
      setSaid(texts.state.failed + (failure as Error).message);
    }
  };
  return (
    <main id="content" class="login" tabIndex={-1}>
      <p class="brand">{texts.product}</p>
      <section class="card">
        <h1>{words.title}</h1>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.currentTarget;
            void once(() => enter(form));
          }}
        >
          <label>
            {words.name}
            <input name="name" autoComplete="username" required />
          </label>
          <label>
            {words.password}
            <input
              name="password"
              type="password"
              autoComplete="current-password"
              required
            />
          </label>
          <label>
            {words.code}
            <input
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
            />
          </label>
          <button type="submit" class="strong">{words.enter}</button>
        </form>
        <p class="said" role="alert">{said}</p>
      </section>
      <section class="soft">
        <p>{words.needed} {words.how}</p>
        <pre tabIndex={0}>{words.command}</pre>
      </section>
    </main>
  );
}
