/**
 * The dashboard in the browser: which page is open, who is logged in, and
 * whether what one sees is fresh.
 *
 * @module
 */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { get, loggedIn, post, reachable } from "./api.ts";
import { agentAnswers, follow, lastHeardMs } from "./live.ts";
import { Alerts } from "./pages/alerts.tsx";
import { Machines } from "./pages/machines.tsx";
import { Measures } from "./pages/measures.tsx";
import { Now } from "./pages/now.tsx";
import { Subject } from "./pages/subject.tsx";
import { place } from "./place.ts";
import { texts } from "./texts.ts";
import { When } from "./when.tsx";

const pages = [
  ["/", texts.pages.now],
  ["/alerts", texts.pages.alerts],
  ["/measures", texts.pages.measures],
  ["/machines", texts.pages.machines],
] as const;

function App() {
  useEffect(() => {
    get("/status").catch(() => {});
  }, []);
  if (loggedIn.value === false) return <LoggedOut />;
  if (loggedIn.value === undefined) {
    return <main id="content" tabIndex={-1}>{texts.state.loading}</main>;
  }
  return <Inside />;
}

function Inside() {
  // One listener that stays keeps the connection while pages come and go.
  useEffect(() => follow(() => {}), []);
  const { pathname } = place.value;
  return (
    <>
      <a class="skip" href="#content">{texts.skip}</a>
      <header class="top">
        <strong>{texts.product}</strong>
        <nav>
          {pages.map(([path, name]) => (
            <a
              key={path}
              href={path}
              aria-current={pathname === path ? "page" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <button
          type="button"
          onClick={() =>
            void post("/logout").then(() => loggedIn.value = false)}
        >
          {texts.login.out}
        </button>
      </header>
      {!reachable.value
        ? <Stale why={texts.state.unreachable} />
        : agentAnswers.value === false && <Stale why={texts.state.offline} />}
      <main id="content" tabIndex={-1}>
        <Page path={pathname} />
      </main>
    </>
  );
}

function Page({ path }: { readonly path: string }) {
  const subject = /^\/subject\/([^/]+)$/.exec(path)?.[1];
  if (subject !== undefined) {
    return <Subject subject={decodeURIComponent(subject)} />;
  }
  switch (path) {
    case "/alerts":
      return <Alerts />;
    case "/measures":
      return <Measures />;
    case "/machines":
      return <Machines />;
    default:
      return <Now />;
  }
}

function Stale({ why }: { readonly why: string }) {
  return (
    <p class="banner" role="alert">
      {why} <When ms={lastHeardMs.value} />.
    </p>
  );
}

function LoggedOut() {
  const spent = place.value.searchParams.get("login") === "spent";
  return (
    <main id="content" tabIndex={-1}>
      <section class="card">
        <h1>{texts.login.title}</h1>
        {spent && <p role="alert">{texts.login.spent}</p>}
        <p>{texts.login.needed}</p>
        <p>{texts.login.how}</p>
        <pre>{texts.login.command}</pre>
      </section>
    </main>
  );
}

const root = document.getElementById("app");
if (root) render(<App />, root);
