"use strict";
// A phone in a class: it joins a room, shows its question, and sends an answer. What comes from the room goes only into
// textContent. Nothing is stored but a random id, in this tab, for each room.

(function () {
  const main = document.getElementById("main");
  const path = location.pathname.replace(/\/+$/, "");
  const root = path.slice(0, path.indexOf("/class") + 6);
  const key = new URLSearchParams(location.search).get("k") || "";
  const HUES = ["#2f6690", "#b9472f", "#8f6200", "#7450a6", "#3b7a40", "#0e7c86", "#b0347a", "#7a4b2a", "#5a6b12", "#3d4fc4"];
  let code = path.slice(root.length + 1).toUpperCase();
  let device = "";
  let source = null;
  let again = 0; // timer of the next attempt to connect
  let state = null; // what the room shows
  let drawn = ""; // which question, in which phase
  let draft = null; // what is chosen but not sent
  let mine = null; // what the server has
  let before = null; // the own answer of the round before
  let unsent = null; // what waits for the network
  let retry = 0;
  let tries = 0;

  function element(name, properties, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    for (const child of children) if (child !== null && child !== undefined) made.append(child);
    return made;
  }
  const heading = (text) => element("h1", { tabIndex: -1, textContent: text, dir: "auto" });
  const line = (text, kind) => element("p", { textContent: text, className: kind || "", dir: "auto" });
  const show = (...parts) => {
    main.replaceChildren(...parts.filter(Boolean));
    const first = main.querySelector("h1");
    if (first) first.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  const say = (text) => {
    const status = document.getElementById("status");
    if (status.textContent !== text) status.textContent = text;
  };
  const remembered = () => {
    try {
      return sessionStorage.getItem("encoderscope-device-" + code) || "";
    } catch (error) {
      return device;
    }
  };
  const remember = () => {
    try {
      sessionStorage.setItem("encoderscope-device-" + code, device);
    } catch (error) {
      // A phone that forbids storage is in for as long as the page is open.
    }
  };

  async function post(what, body) {
    const answer = await fetch(root + "/" + code + "/" + what, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    let found = {};
    try {
      found = await answer.json();
    } catch (error) {
      found = { problem: "The server gave no answer that can be read." };
    }
    return { status: answer.status, wait: Number(answer.headers.get("Retry-After")) || 1, found };
  }

  // --- Joining

  function askForCode(problem, typed) {
    code = "";
    document.getElementById("code").textContent = "";
    say("");
    const box = element("input", {
      type: "text", id: "typed", className: "letters", maxLength: 8, autocomplete: "off", autocapitalize: "characters",
      spellcheck: false, value: typed || "", enterKeyHint: "go",
    });
    const form = element("form", { noValidate: true }, box, element("button", { className: "main", textContent: "Join" }));
    form.onsubmit = (event) => {
      event.preventDefault();
      const letters = box.value.replace(/[^A-Za-z]/g, "").toUpperCase();
      if (letters.length !== 4) return askForCode("A code has four letters.", box.value);
      code = letters;
      history.replaceState(null, "", root + "/" + code);
      join();
    };
    const label = element("label", { htmlFor: "typed", textContent: "Four letters, as on the screen in the room" });
    const said = problem ? line(problem, "problem") : null;
    if (said) said.setAttribute("role", "alert");
    show(heading("Join your class"), said, label, form);
    if (problem) box.focus();
  }

  async function join() {
    document.getElementById("code").textContent = code;
    device = remembered();
    if (device) return connect();
    say("Joining …");
    try {
      const { status, found, wait } = await post("join", { key });
      if (status === 200) {
        device = found.device;
        remember();
        if (location.search) history.replaceState(null, "", root + "/" + code);
        connect();
        return take(found.state);
      }
      if (status === 404 || status === 409 || (status === 429 && wait > 5)) return askForCode(found.problem, code);
    } catch (error) {
      // The network: tried again below.
    }
    say("No connection yet. It is tried again.");
    clearTimeout(again);
    again = setTimeout(join, pause());
  }

  const pause = () => Math.min(1000 * 2 ** Math.min(tries++, 2), 4000) * (0.5 + Math.random());

  function connect() {
    clearTimeout(again);
    if (source) source.close();
    const stream = new EventSource(root + "/" + code + "/events?device=" + encodeURIComponent(device));
    source = stream;
    stream.addEventListener("state", (event) => {
      tries = 0;
      if (unsent === null) say("");
      take(JSON.parse(event.data));
      if (unsent !== null) send();
    });
    stream.addEventListener("end", ended);
    stream.onerror = () => {
      if (stream !== source) return;
      say("Connecting again …");
      if (stream.readyState !== EventSource.CLOSED) return;
      clearTimeout(again);
      again = setTimeout(check, pause());
    };
  }

  // A stream that was refused says no reason: the room may have ended, or forgotten this phone.
  async function check() {
    try {
      const answer = await fetch(root + "/" + code + "/events?device=" + encodeURIComponent(device), { headers: { Accept: "text/event-stream" }, signal: abortSoon() });
      if (answer.status === 404) {
        device = "";
        remember();
        return join();
      }
    } catch (error) {
      // Still no network, or the stream is there and was left.
    }
    connect();
  }
  function abortSoon() {
    const control = new AbortController();
    setTimeout(() => control.abort(), 1500);
    return control.signal;
  }

  function ended() {
    if (source) source.close();
    source = null;
    unsent = null;
    try {
      sessionStorage.removeItem("encoderscope-device-" + code);
    } catch (error) {
      // Nothing was stored.
    }
    say("");
    drawn = "";
    show(heading("This room has ended"), line("Everything in it is deleted."), another());
  }
  const another = () => element("button", { textContent: "Join another room", onclick: () => {
    history.replaceState(null, "", root);
    askForCode();
  } });

  // --- What the room shows

  function take(view) {
    const asked = view.question;
    const round = asked ? asked.round : 0;
    const sameRound = state && state.question && state.question.round === round;
    if (!sameRound) {
      before = asked && asked.again && state && state.question && state.question.text === asked.text ? mine : null;
      mine = null;
      draft = null;
      unsent = null;
    }
    state = view;
    if ("mine" in view && unsent === null) {
      mine = view.mine;
    }
    const phase = asked ? (asked.open ? "open" : asked.revealed ? "revealed" : "closed") : "waiting";
    const now = round + phase + (phase === "open" ? "" : JSON.stringify(mine));
    if (now === drawn) return openNote();
    drawn = now;
    if (phase === "waiting") return show(heading("You are in"), line("Look at the screen. A question will appear here."));
    if (phase === "open") return ask(asked);
    if (phase === "revealed") return reveal(asked);
    show(heading(asked.text), line("No more answers are taken. Look at the screen."), yours(asked));
  }

  const number = (asked, value, exact) => value.toFixed(exact && asked.decimals ? 4 : asked.decimals).replace("-", "−") + (asked.unit || "");
  function said(asked, answer) {
    if (asked.kind === "number") return number(asked, answer);
    if (asked.kind === "choice") return "“" + asked.options[answer] + "”";
    if (asked.kind === "place") return "the ring on the map";
    return "“" + answer + "”";
  }
  const yours = (asked) => line(mine === null ? "You have not answered." : "Your answer: " + said(asked, mine) + ".");

  function ask(asked) {
    const parts = { number: askNumber, choice: askChoice, place: askPlace, text: askText }[asked.kind](asked);
    const button = element("button", { id: "send", className: "main", textContent: "Send", onclick: send });
    const hint = asked.again
      ? line("Asked again: have you changed your mind?" + (before === null ? "" : " You said " + said(asked, before) + "."), "quiet")
      : null;
    show(heading(asked.text), hint, ...parts, button, element("p", { id: "note", role: "status" }));
    openNote();
  }

  // What stands below an open question: whether the answer is with the server.
  function openNote() {
    const button = document.getElementById("send");
    const note = document.getElementById("note");
    if (!button || !state || !state.question || !state.question.open) return;
    const chosen = draft !== null && (state.question.kind !== "text" || draft.trim() !== "");
    const changed = chosen && JSON.stringify(draft) !== JSON.stringify(mine);
    button.disabled = !changed || unsent !== null;
    button.textContent = mine === null ? "Send" : "Change my answer";
    let text = "";
    if (unsent !== null) text = "Sending …";
    else if (mine !== null) text = "Your answer: " + said(state.question, mine) + ". You can change it until the answer is shown." + (state.question.kind === "text" ? " The teacher sees it first." : "");
    if (note.textContent !== text && !note.dataset.problem) note.textContent = text;
  }
  function choose(value) {
    draft = value;
    delete document.getElementById("note").dataset.problem;
    openNote();
  }

  function askNumber(asked) {
    const step = 10 ** -asked.decimals;
    const start = mine !== null ? mine : draft !== null ? draft : (asked.low + asked.high) / 2;
    const value = element("p", { className: "value", textContent: number(asked, start), "aria-hidden": "true" });
    const slider = element("input", { type: "range", min: asked.low, max: asked.high, step, value: start, "aria-label": "Your guess" });
    const changed = () => {
      const chosen = Math.round(Number(slider.value) / step) * step;
      value.textContent = number(asked, chosen);
      slider.setAttribute("aria-valuetext", value.textContent);
      choose(Number(chosen.toFixed(asked.decimals)));
    };
    slider.oninput = changed;
    const move = (by) => () => {
      slider.value = Number(slider.value) + by * step;
      changed();
    };
    if (draft === null && mine === null) draft = Number(start.toFixed(asked.decimals));
    return [
      value,
      element("div", { className: "steps" },
        element("button", { type: "button", textContent: "−", "aria-label": "Less", onclick: move(-1) }),
        slider,
        element("button", { type: "button", textContent: "+", "aria-label": "More", onclick: move(1) })),
      element("div", { className: "ends" }, element("span", { textContent: number(asked, asked.low) }), element("span", { textContent: number(asked, asked.high) })),
    ];
  }

  function askChoice(asked) {
    const short = asked.options.length > 5 && asked.options.every((each) => each.length < 14);
    const group = element("fieldset", { className: "options" + (short ? " many" : "") }, );
    group.setAttribute("aria-label", asked.text);
    asked.options.forEach((option, index) => {
      const radio = element("input", { type: "radio", name: "option", value: String(index), checked: (draft === null ? mine : draft) === index });
      radio.onchange = () => choose(index);
      group.append(element("label", { dir: "auto" }, radio, element("span", { textContent: option })));
    });
    return [group];
  }

  function askText() {
    const left = element("p", { className: "quiet", id: "left" });
    const box = element("textarea", { maxLength: 200, value: draft === null ? mine || "" : draft, dir: "auto", "aria-label": "Your text", "aria-describedby": "left" });
    const count = () => { left.textContent = box.value.length + " of 200 characters"; };
    box.oninput = () => {
      count();
      choose(box.value);
    };
    count();
    return [box, left];
  }

  // --- Places

  function shape(name, properties) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
    return made;
  }
  function drawMap(asked) {
    const svg = shape("svg", { viewBox: "-4 -4 108 108" });
    for (const [x, y, group] of asked.map.points) {
      svg.append(shape("circle", { cx: 100 * x, cy: 100 - 100 * y, r: 1.3, fill: HUES[group % HUES.length], opacity: 0.75 }));
    }
    return svg;
  }
  const ring = (place, colour) => shape("circle", { cx: 100 * place[0], cy: 100 - 100 * place[1], r: 3.2, fill: "none", stroke: colour, "stroke-width": 1.6 });
  function legend(asked) {
    const list = element("p", { className: "legend" });
    if (asked.map.groups.length > 1) {
      asked.map.groups.forEach((name, index) => {
        const dot = element("i");
        dot.style.background = HUES[index % HUES.length];
        list.append(element("span", {}, dot, name));
      });
    }
    return list;
  }
  function askPlace(asked) {
    const svg = drawMap(asked);
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", "Map of " + asked.map.points.length + " sentences. Arrow keys move the ring.");
    let marker = null;
    const mark = (place) => {
      if (marker) marker.remove();
      marker = ring(place, "var(--own)");
      svg.append(marker);
    };
    const put = (x, y) => {
      const place = [x, y].map((each) => Math.round(Math.min(1, Math.max(0, each)) * 1000) / 1000);
      mark(place);
      choose(place);
    };
    svg.onclick = (event) => {
      const box = svg.getBoundingClientRect();
      put(((event.clientX - box.left) / box.width * 108 - 4) / 100, 1 - ((event.clientY - box.top) / box.height * 108 - 4) / 100);
    };
    const MOVES = { ArrowLeft: [-0.03, 0], ArrowRight: [0.03, 0], ArrowUp: [0, 0.03], ArrowDown: [0, -0.03] };
    svg.onkeydown = (event) => {
      const move = MOVES[event.key];
      if (!move) return;
      event.preventDefault();
      const from = draft || mine || [0.5, 0.5];
      put(from[0] + move[0], from[1] + move[1]);
    };
    const known = draft || mine;
    if (known) mark(known);
    return [svg, legend(asked), line("Tap where you think it will be.", "quiet")];
  }

  // --- Sending

  async function send() {
    clearTimeout(retry);
    if (unsent === null) unsent = draft;
    if (unsent === null || !state || !state.question) return;
    const round = state.question.round;
    const note = document.getElementById("note");
    if (note) delete note.dataset.problem;
    openNote();
    let wait = 0;
    try {
      const { status, found, wait: asked } = await post("answer", { device, round, answer: unsent });
      if (!state.question || state.question.round !== round) return;
      if (status === 200) {
        mine = found.answer;
        unsent = null;
        say("");
      } else if (status === 400 || status === 409 || status === 413) {
        unsent = null;
        if (note) {
          note.textContent = found.problem;
          note.dataset.problem = "1";
        }
      } else if (status === 404) {
        check();
        wait = pause();
      } else wait = 1000 * asked;
    } catch (error) {
      wait = pause();
    }
    if (wait) {
      say("No connection. Your answer is sent as soon as it is back.");
      retry = setTimeout(send, wait);
    } else tries = 0;
    openNote();
  }

  // --- The answer

  function reveal(asked) {
    const parts = [];
    if (asked.kind === "number") {
      parts.push(element("div", { className: "pair" },
        mine === null ? null : element("div", {}, element("b", { textContent: number(asked, mine) }), "your guess"),
        element("div", { className: "true" }, element("b", { textContent: number(asked, asked.truth, true) }), "the model")));
      if (mine === null) parts.push(yours(asked));
      if (asked.answered) parts.push(line("The middle of " + asked.answered + (asked.answered === 1 ? " guess is " : " guesses is ") + number(asked, asked.median) + "; " + near(asked)));
    } else if (asked.kind === "choice") {
      const right = (index) => index === asked.truth || asked.also.includes(index);
      parts.push(line(mine === null ? "You have not answered." : right(mine) ? "You are right." : "You said " + said(asked, mine) + "; it is “" + asked.options[asked.truth] + "”."));
      const most = Math.max(1, ...asked.counts);
      const list = element("ul", { className: "bars" });
      asked.options.forEach((option, index) => {
        const bar = element("i");
        bar.style.width = 100 * asked.counts[index] / most + "%";
        const marks = (right(index) ? " ✓ right" : "") + (mine === index ? " · you" : "");
        list.append(element("li", { className: right(index) ? "true" : "", dir: "auto" }, option + ": " + asked.counts[index] + marks, bar));
      });
      parts.push(list);
    } else if (asked.kind === "place") {
      const svg = drawMap(asked);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", "Where it landed" + (mine ? ", and your guess" : ""));
      if (mine) svg.append(ring(mine, "var(--own)"));
      svg.append(shape("circle", { cx: 100 * asked.truth[0], cy: 100 - 100 * asked.truth[1], r: 2.6, fill: "var(--true)", stroke: "var(--paper)", "stroke-width": 0.6 }));
      parts.push(svg, line("The filled dot is where it landed" + (mine ? "; the ring is your guess." : "."), "quiet"), legend(asked));
      if (asked.answered) parts.push(line("Of " + asked.answered + " guesses, " + near(asked)));
    } else parts.push(yours(asked));
    show(heading(asked.text), ...parts);
  }
  const near = (asked) => asked.near + (asked.near === 1 ? " is" : " are") + " right or near.";

  // --- Coming back

  const comeBack = () => {
    if (document.visibilityState !== "visible" || !code || !device) return;
    if (!source || source.readyState !== EventSource.OPEN) {
      connect();
      if (unsent !== null) send();
    }
  };
  for (const name of ["online", "pageshow", "focus"]) addEventListener(name, () => state && comeBack());
  document.addEventListener("visibilitychange", () => state && comeBack());
  addEventListener("offline", () => say("No connection. It comes back by itself."));

  if (/^[A-Z]{4}$/.test(code)) join();
  else askForCode(code ? "A code has four letters." : "");
})();
