// Tells the window of the speaker's notes which screen this one shows.

function tellNotes() {
  if (new URL(location.href).searchParams.get("notes") === "1") return () => {};
  const channel = new BroadcastChannel("encoderscope-stage");
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";
  const tell = () => {
    const parameters = new URL(location.href).searchParams;
    const stop = parameters.has("lesson") ? Number(parameters.get("stop") ?? 1) - 1 : null;
    const checked = document.querySelector('.st-key-stage_bar [role="radio"][aria-checked="true"]');
    const next = document.querySelector(".st-key-stage_next :is(a, button)");
    channel.postMessage({
      stop,
      screen: `${document.title}: ${checked?.textContent ?? ""}`,
      finding: text(".st-key-stage_head h1"),
      next: next?.textContent?.replace(/^Next:?\s*|arrow_\w+/g, "") || "",
    });
  };
  channel.onmessage = ({ data }) => data.asks && tell();
  const app = document.querySelector('[data-testid="stApp"]');
  let timer = 0;
  const runs = new MutationObserver(() => {
    if (app.dataset.testScriptState !== "notRunning") return;
    clearTimeout(timer);
    timer = setTimeout(tell, 60);
  });
  runs.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] });
  tell();
  return () => {
    clearTimeout(timer);
    runs.disconnect();
    channel.close();
  };
}
