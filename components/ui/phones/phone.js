"use strict";
// A phone in a class: it joins a room, shows its question, and sends an answer. What comes from the room goes only into
// textContent. Nothing is stored but a random id, in this tab, for each room. ES2018: it also runs on an old phone.

(function () {
  const main = document.getElementById("main");
  const status = document.getElementById("status");
  const path = location.pathname.replace(/\/+$/, "");
  const root = /\/class$/.test(path) ? path : path.slice(0, path.lastIndexOf("/"));
  const LONGEST = 200; // characters of a text
  // Milliseconds without a byte after which a stream is taken for dead: the server says something every 15 seconds.
  const QUIET = 40000;
  const PATIENCE = 10000; // for an answer to a request

  let code = path.slice(root.length + 1).replace(/[^A-Za-z]/g, "").toUpperCase();
  let key = new URLSearchParams(location.search).get("k") || "";
  let device = "";
  let stream = null; // the AbortController of the open stream
  let heardAt = 0;
  let timer = 0; // of the next attempt to join or to listen
  let lost = 0; // timer of saying that the connection is lost
  let asked = null; // the question that the room shows
  let drawn = ""; // which question, in which phase; "" if the room is not shown
  let draft = null; // what is chosen, sent or not
  let mine = null; // what the server has
  let unsent = null; // what is on its way
  let late = null; // what was still on its way when the question was closed
  let sending = false;
  let kept = 0; // how many answers the server has acknowledged
  let hurry = null; // ends the wait for the next attempt to send
  let problem = "";
  const given = new Map(); // question → the own answer to its last round

  // --- Parts of a page

  function element(name, properties, ...children) {
    const made = document.createElement(name);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((each) => each !== null));
    return made;
  }
  function shape(name, attributes, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  const heading = (text) => element("h1", { tabIndex: -1, textContent: text, dir: "auto" });
  const line = (text, kind) => element("p", { textContent: text, className: kind || "", dir: "auto" });
  const button = (text, onclick, kind) => element("button", { type: "button", textContent: text, onclick, className: kind || "" });
  function show(...parts) {
    main.replaceChildren(...parts.filter((each) => each));
    scrollTo(0, 0);
    main.querySelector("h1").focus({ preventScroll: true });
  }
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }
  const between = (least, most) => least + Math.random() * (most - least);

  // --- The tab's memory, which a browser may forbid

  const place = () => "encoderscope-device-" + code;
  function remember() {
    try {
      if (device) sessionStorage.setItem(place(), device);
      else sessionStorage.removeItem(place());
    } catch (error) {
      // The phone is in for as long as the page is open.
    }
  }
  function remembered() {
    try {
      return sessionStorage.getItem(place()) || "";
    } catch (error) {
      return "";
    }
  }

  // Returns status, seconds to wait and what was said; status 0 without a connection.
  async function post(what, body) {
    const control = new AbortController();
    const end = setTimeout(() => control.abort(), PATIENCE);
    try {
      const answer = await fetch(root + "/" + code + "/" + what, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: control.signal,
      });
      return { status: answer.status, wait: Number(answer.headers.get("Retry-After")) || 0, said: await answer.json() };
    } catch (error) {
      return { status: 0, wait: 0, said: {} };
    } finally {
      clearTimeout(end);
    }
  }

  // --- Joining

  function leave() {
    clearTimeout(timer);
    clearTimeout(lost);
    if (stream) stream.abort();
    stream = null;
    asked = mine = draft = unsent = late = null;
    given.clear();
    drawn = "";
    say("");
  }

  function askForCode(problem, typed) {
    leave();
    code = "";
    document.getElementById("code").textContent = "";
    const box = element("input", {
      type: "text", id: "typed", className: "letters", maxLength: 12, autocomplete: "off", autocapitalize: "characters",
      spellcheck: false, value: typed || "", enterKeyHint: "go",
    });
    const said = element("p", { id: "problem", className: "problem", role: "alert", textContent: problem || "" });
    box.setAttribute("aria-describedby", "problem");
    const form = element("form", { noValidate: true },
      element("label", { htmlFor: "typed", textContent: "Enter the code on the screen" }),
      box, element("button", { className: "main", textContent: "Join" }), said);
    form.onsubmit = (event) => {
      event.preventDefault();
      const letters = box.value.replace(/[^A-Za-z]/g, "").toUpperCase();
      if (letters.length !== 4) {
        said.textContent = "A code has four letters.";
        return box.focus();
      }
      code = letters;
      key = "";
      history.replaceState(null, "", root + "/" + code);
      return join();
    };
    show(heading("Join your class"), form);
    if (problem) box.focus();
  }

  async function join() {
    clearTimeout(timer);
    document.getElementById("code").textContent = code;
    if (!drawn) show(heading("Joining " + code + " …"));
    device = remembered();
    if (device) return listen();
    const { status, said } = await post("join", { key });
    if (status === 200) {
      device = said.device;
      key = "";
      remember();
      if (location.search) history.replaceState(null, "", root + "/" + code);
      say("");
      take(said.state);
      return listen();
    }
    if (status >= 400 && status < 500) return askForCode(said.problem, code);
    say("No connection. It is tried again.");
    timer = setTimeout(join, between(1000, 4000));
  }

  // --- Listening

  async function listen() {
    clearTimeout(timer);
    if (stream) stream.abort();
    const own = new AbortController();
    stream = own;
    let dead = setTimeout(() => own.abort(), PATIENCE);
    let since = 0;
    const before = kept;
    try {
      const reply = await fetch(root + "/" + code + "/events?device=" + device, { signal: own.signal, cache: "no-store" });
      if (reply.status === 404) {
        const said = await reply.json();
        if (stream !== own) return;
        stream = null;
        device = "";
        remember();
        if (said.ended) ended();
        else join();
        return;
      }
      if (reply.ok) {
        since = Date.now();
        const reader = reply.body.getReader();
        const decoder = new TextDecoder();
        let text = "";
        for (;;) {
          clearTimeout(dead);
          dead = setTimeout(() => own.abort(), QUIET);
          const { done, value } = await reader.read();
          if (done || stream !== own) break;
          heardAt = Date.now();
          text += decoder.decode(value, { stream: true });
          const events = text.split("\n\n");
          text = events.pop();
          for (const each of events) hear(each, before);
        }
      }
    } catch (error) {
      // The network, or a stream that was left.
    } finally {
      clearTimeout(dead);
    }
    if (stream !== own) return;
    stream = null;
    clearTimeout(lost);
    lost = setTimeout(() => unsent === null && say("Connecting again …"), 1500);
    // The server closes a stream now and then to learn who is still there.
    timer = setTimeout(listen, since && Date.now() - since > 5000 ? between(0, 1000) : between(1000, 4000));
  }

  // before: how many answers were acknowledged when the stream was asked for.
  function hear(event, before) {
    const lines = event.split("\n");
    const data = lines.find((each) => each.startsWith("data: "));
    if (!data) return;
    if (lines.includes("event: end")) return ended();
    clearTimeout(lost);
    if (unsent === null) say("");
    const view = JSON.parse(data.slice(6));
    // What the stream has read as it opened is older than an answer that was kept since.
    if (kept !== before) delete view.mine;
    take(view);
    if (hurry) hurry();
  }

  function ended() {
    leave();
    device = "";
    remember();
    show(heading("This room has ended"), line("Everything in it is deleted."), button("Join another room", () => {
      history.replaceState(null, "", root);
      askForCode();
    }));
  }

  // A phone that was asleep, or that has its network back, does not wait for its turn.
  function comeBack() {
    if (!device || document.visibilityState !== "visible") return;
    if (!stream || Date.now() - heardAt > QUIET / 2) listen();
    if (hurry) hurry();
  }
  for (const name of ["online", "pageshow", "focus"]) addEventListener(name, comeBack);
  document.addEventListener("visibilitychange", comeBack);
  addEventListener("offline", () => stream && stream.abort());

  // --- What the room shows

  function take(view) {
    const question = view.question;
    if (!asked || !question || asked.round !== question.round) {
      mine = draft = unsent = late = null;
      problem = "";
    }
    asked = question;
    if (view.mine !== undefined) mine = view.mine;
    if (asked && !asked.open && unsent !== null) {
      late = unsent;
      unsent = null;
      say("");
    }
    // It may have arrived although nobody heard so.
    if (JSON.stringify(late) === JSON.stringify(mine)) late = null;
    if (mine !== null) given.set(asked.text, mine);
    const phase = !asked ? "waiting" : asked.open ? "open" : asked.revealed ? "revealed" : "closed";
    const now = JSON.stringify([phase, asked && asked.round, phase === "open" ? 0 : [mine, late]]);
    if (now === drawn) return note();
    drawn = now;
    if (phase === "waiting") show(heading("You are in"), line("Look at the screen; a question will appear here."));
    else if (phase === "open") ask();
    else if (phase === "revealed") reveal();
    else show(heading(asked.text), line("No more answers are taken. Look at the screen."), yours());
  }

  function number(value, more) {
    const exact = value.toFixed(asked.decimals + (more || 0));
    // Of further digits, those that are there.
    const kept = more ? exact.replace(new RegExp("0{1," + more + "}$"), "").replace(/\.$/, "") : exact;
    return kept.replace("-", "−") + asked.unit;
  }
  function named(answer) {
    if (asked.kind === "number") return number(answer);
    if (asked.kind === "choice") return "“" + asked.options[answer] + "”";
    if (asked.kind === "place") return "the ring on the map";
    return "“" + answer + "”";
  }
  function yours() {
    if (late !== null && mine === null) return line("Your answer was not here before the question was closed.");
    return line(mine === null ? "You have not answered." : "Your answer: " + named(mine) + ".");
  }

  // --- An open question

  function ask() {
    const before = asked.again && given.has(asked.text) ? given.get(asked.text) : null;
    draft = mine;
    const parts = { number: askNumber, choice: askChoice, place: askPlace, text: askText }[asked.kind]();
    let hint = null;
    if (asked.again) {
      const said = before === null || asked.kind === "place" ? "" : " Before: " + named(before) + ".";
      hint = line("Asked again: have you changed your mind?" + said, "quiet");
    }
    show(heading(asked.text), hint, ...parts, element("p", { id: "note", role: "status" }));
    note();
  }
  const sendButton = () => element("button", { type: "button", id: "send", className: "main", onclick: send });

  // Says below an open question whether the answer is with the server.
  function note() {
    const below = document.getElementById("note");
    const send = document.getElementById("send");
    if (!below || !send || !asked) return;
    const same = mine !== null && JSON.stringify(draft) === JSON.stringify(mine);
    send.textContent = mine === null ? "Send" : "Change my answer";
    send.classList.toggle("sent", same);
    let text = problem;
    if (!text && unsent !== null) text = "Sending …";
    else if (!text && mine !== null && asked.kind === "text") text = "Sent. Your teacher sees it first. You can change it until the question is closed.";
    else if (!text && mine !== null) text = "Your answer: " + named(mine) + ". You can change it until the answer is shown.";
    below.className = problem ? "problem" : "";
    if (below.textContent !== text) below.textContent = text;
  }
  function choose(answer) {
    draft = answer;
    problem = "";
    note();
  }

  function askNumber() {
    const parts = 10 ** asked.decimals;
    const steps = Math.round((asked.high - asked.low) * parts);
    const at = (step) => Number((asked.low + step / parts).toFixed(asked.decimals));
    if (draft === null) draft = at(Math.round(steps / 2));
    const value = element("p", { className: "value", "aria-hidden": "true" });
    const slider = element("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": "Your guess" });
    slider.value = Math.round((draft - asked.low) * parts);
    const write = () => {
      value.textContent = number(draft);
      slider.setAttribute("aria-valuetext", value.textContent);
    };
    slider.oninput = () => {
      choose(at(Number(slider.value)));
      write();
    };
    const move = (name, text, by) => {
      const made = button(text, () => {
        slider.value = Number(slider.value) + by;
        slider.oninput();
      });
      made.setAttribute("aria-label", name);
      return made;
    };
    write();
    return [
      value,
      element("div", { className: "steps" }, move("Less", "−", -1), slider, move("More", "+", 1)),
      element("div", { className: "ends" },
        element("span", { textContent: number(asked.low) }), element("span", { textContent: number(asked.high) })),
      sendButton(),
    ];
  }

  function askChoice() {
    const short = asked.options.length > 5 && asked.options.every((each) => each.length < 12);
    const group = element("fieldset", { className: "options" + (short ? " many" : ""), "aria-label": asked.text });
    asked.options.forEach((option, index) => {
      const radio = element("input", { type: "radio", name: "option", checked: draft === index });
      const label = element("label", {}, radio, element("span", { textContent: option, dir: "auto" }));
      label.classList.toggle("chosen", draft === index);
      radio.onchange = () => {
        for (const each of group.children) each.classList.toggle("chosen", each === label);
        choose(index);
      };
      group.append(label);
    });
    return [group, sendButton()];
  }

  function askText() {
    const left = element("p", { className: "quiet", id: "left" });
    const box = element("textarea", { value: draft || "", dir: "auto", "aria-label": "Your text", "aria-describedby": "left" });
    const count = () => {
      left.textContent = Array.from(box.value.trim()).length + " of " + LONGEST + " characters";
    };
    box.oninput = () => {
      count();
      choose(box.value);
    };
    count();
    return [box, left, sendButton()];
  }

  // --- Places: the map is 100 wide and 100 high, y up

  const SHAPES = [
    "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z", "M-.88-.88H.88V.88H-.88Z", "M0-1.15L1.1.8H-1.1Z", "M0-1.25L1.25 0L0 1.25L-1.25 0Z",
  ];
  const dot = (x, y, size, group) => shape("path", {
    d: SHAPES[group % 4], fill: "var(--g" + group % 10 + ")", transform: "translate(" + 100 * x + " " + (100 - 100 * y) + ") scale(" + size + ")",
  });
  const ring = (x, y) => shape("circle", { cx: 100 * x, cy: 100 - 100 * y, r: 4, fill: "none", stroke: "var(--own)", "stroke-width": 1.8 });
  const cross = (x, y) => shape("path", { d: "M-4 0H4M0-4V4", stroke: "var(--ink)", "stroke-width": 1.8, transform: "translate(" + 100 * x + " " + (100 - 100 * y) + ")" });
  const star = (x, y) => shape("path", {
    d: "M0-6L1.7-2L5.7-1.8L2.6.8L3.5 4.8L0 2.6L-3.5 4.8L-2.6.8L-5.7-1.8L-1.7-2Z", fill: "var(--ink)", stroke: "var(--paper)", "stroke-width": 0.8,
    transform: "translate(" + 100 * x + " " + (100 - 100 * y) + ")",
  });
  const glyph = (...parts) => shape("svg", { class: "glyph", viewBox: "-6 -6 12 12", "aria-hidden": "true" }, ...parts);
  const entry = (drawing, text) => element("li", {}, drawing, element("span", { textContent: text, dir: "auto" }));

  function drawMap() {
    const size = asked.map.points.length > 150 ? 1.1 : 1.6;
    return shape("svg", { class: "map", viewBox: "-6 -6 112 112" }, ...asked.map.points.map(([x, y, group]) => dot(x, y, size, group)));
  }
  function legend() {
    const entries = asked.map.groups.map((name, group) => entry(glyph(dot(0, 1, 4, group)), name));
    return entries.length > 1 ? element("ul", { className: "legend" }, ...entries) : null;
  }
  function nearest([x, y]) {
    let best = Infinity;
    let group = 0;
    for (const [across, up, its] of asked.map.points) {
      const away = Math.hypot(across - x, up - y);
      if (away < best) [best, group] = [away, its];
    }
    return asked.map.groups[group] || "";
  }
  function askPlace() {
    const svg = drawMap();
    svg.classList.add("tap");
    svg.setAttribute("tabindex", "0");
    svg.setAttribute("role", "application");
    svg.setAttribute("aria-label", "Map of " + asked.map.points.length + " points. Arrow keys move your ring.");
    const hint = line("Tap where you think it lands.", "quiet");
    const heard = element("p", { className: "heard", role: "status" });
    let marker = null;
    const mark = () => {
      if (marker) marker.remove();
      marker = svg.appendChild(ring(...draft));
    };
    const put = (...to) => {
      hint.hidden = true;
      choose(to.map((each) => Math.round(Math.min(1, Math.max(0, each)) * 1000) / 1000));
      mark();
      const name = nearest(draft);
      heard.textContent = "Your ring: " + Math.round(100 * draft[0]) + "% across, " + Math.round(100 * draft[1]) + "% up" + (name ? ", nearest to " + name : "") + ".";
    };
    svg.onclick = (event) => {
      const box = svg.getBoundingClientRect();
      put((event.clientX - box.left) / box.width * 1.12 - 0.06, 1.06 - (event.clientY - box.top) / box.height * 1.12);
    };
    const MOVES = { ArrowLeft: ["←", "Left", -1, 0], ArrowUp: ["↑", "Up", 0, 1], ArrowDown: ["↓", "Down", 0, -1], ArrowRight: ["→", "Right", 1, 0] };
    const move = (name) => {
      const [x, y] = draft || [0.5, 0.5];
      // The first one only brings the ring.
      const by = draft ? 0.03 : 0;
      put(x + by * MOVES[name][2], y + by * MOVES[name][3]);
    };
    svg.onkeydown = (event) => {
      if (!MOVES[event.key]) return;
      event.preventDefault();
      move(event.key);
    };
    const arrows = element("div", { className: "arrows" }, ...Object.keys(MOVES).map((name) => {
      const made = button(MOVES[name][0], () => move(name));
      made.setAttribute("aria-label", MOVES[name][1]);
      return made;
    }));
    if (draft) mark();
    hint.hidden = draft !== null;
    return [svg, legend(), hint, heard, arrows, sendButton()];
  }

  // --- Sending

  function send() {
    problem = "";
    const length = asked.kind === "text" && draft !== null ? Array.from(draft.trim()).length : 1;
    if (draft === null || !length) problem = { choice: "Choose one first.", place: "Tap the map first.", text: "Type something first." }[asked.kind];
    else if (length > LONGEST) problem = "This text has " + length + " characters; at most " + LONGEST + " can be sent. Shorten it.";
    else unsent = draft;
    note();
    document.getElementById("note").scrollIntoView({ block: "nearest" });
    if (hurry) hurry();
    deliver();
  }

  async function deliver() {
    if (sending) return;
    sending = true;
    let tries = 0;
    while (unsent !== null && asked) {
      const sent = unsent;
      const question = asked;
      const { status, wait, said } = await post("answer", { device, round: question.round, answer: sent });
      if (!asked || asked.round !== question.round) continue;
      if (status === 200) {
        kept += 1;
        mine = said.answer;
        given.set(asked.text, mine);
        // What was shortened or rounded is not a change of mind.
        if (draft === sent) draft = mine;
        if (unsent === sent) unsent = null;
        late = null;
        say("");
        if (!asked.open) take({ question: asked });
      } else if (status === 400 || status === 409 || status === 413) {
        if (unsent === sent) unsent = null;
        if (status === 409) late = sent;
        problem = said.problem;
      } else {
        if (status === 404) {
          if (said.ended) ended();
          else if (stream) stream.abort(); // it then joins anew
        } else if (status !== 429) say("No connection. Your answer is sent as soon as it is back.");
        await pause(Math.max(1000 * wait, between(500, 1000) * 2 ** Math.min(tries++, 3)));
      }
      note();
    }
    sending = false;
  }
  // Waits, but not for longer than until the connection is back.
  function pause(milliseconds) {
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        hurry = null;
        done();
      };
      const timer = setTimeout(end, milliseconds);
      hurry = end;
    });
  }

  // --- The answer

  function reveal() {
    if (asked.truth === undefined) return show(heading(asked.text), yours(), line("Look at the screen.", "quiet"));
    const parts = { number: revealNumber, choice: revealChoice, place: revealPlace }[asked.kind]();
    show(heading(asked.text), ...parts);
  }
  function near(what) {
    return asked.answered ? line(asked.near + " of " + asked.answered + (asked.near === 1 ? " is " : " are ") + what + ".") : null;
  }

  function revealNumber() {
    const across = (value) => 6 + 308 * (value - asked.low) / (asked.high - asked.low || 1);
    const at = (value, ...parts) => shape("g", { transform: "translate(" + across(Math.min(asked.high, Math.max(asked.low, value))) + " 20)" }, ...parts);
    const middle = asked.median === null ? null : asked.median;
    const scale = shape("svg", { viewBox: "0 0 320 40", "aria-hidden": "true" }, shape("path", { d: "M6 20H314M6 14V26M314 14V26", stroke: "var(--quiet)", fill: "none" }));
    if (middle !== null) scale.append(at(middle, shape("path", { d: "M0-12V12", stroke: "var(--ink)", "stroke-width": 2.5 })));
    scale.append(at(asked.truth, shape("circle", { r: 7, fill: "var(--true)" })));
    if (mine !== null) scale.append(at(mine, shape("circle", { r: 10, fill: "none", stroke: "var(--own)", "stroke-width": 3 })));
    const told = (text, value, kind) => element("div", { className: kind }, element("b", { textContent: value }), text);
    const numbers = element("div", { className: "numbers" },
      mine === null ? null : told("You", number(mine), "own"),
      told("The model", number(asked.truth, 2), "true"),
      middle === null ? null : told("Middle of the class", number(middle), ""));
    return [numbers, scale, mine === null ? yours() : null, near("near enough")];
  }

  function revealChoice() {
    const right = (index) => index === asked.truth || asked.also.includes(index);
    const most = Math.max(1, ...asked.counts);
    const list = element("ul", { className: "bars" }, ...asked.options.map((option, index) => {
      const bar = element("i");
      bar.style.width = 100 * asked.counts[index] / most + "%";
      const text = element("span", { dir: "auto" }, (right(index) ? "✓ " : "") + option);
      if (index === mine) text.append(" ", element("small", { textContent: "you" }));
      const kind = (right(index) ? "true " : "") + (index === mine ? "own" : "");
      return element("li", { className: kind }, element("div", {}, text, element("span", { textContent: asked.counts[index] })), bar);
    }));
    let verdict = yours();
    if (mine !== null) verdict = line(right(mine) ? "You are right." : "You: " + named(mine) + ". The model: " + named(asked.truth) + ".");
    return [verdict, list, near("right")];
  }

  function revealPlace() {
    const svg = drawMap();
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", "Where it landed: nearest to " + nearest(asked.truth) + (mine ? ". Your guess: nearest to " + nearest(mine) : ""));
    if (asked.median) svg.append(cross(...asked.median));
    svg.append(star(...asked.truth));
    if (mine) svg.append(ring(...mine));
    const marks = element("ul", { className: "legend marks" },
      entry(glyph(star(0, 1)), "Where it landed"),
      mine ? entry(glyph(ring(0, 1)), "You") : null,
      asked.median ? entry(glyph(cross(0, 1)), "Middle of the class") : null);
    return [svg, legend(), marks, mine ? null : yours(), near("near enough")];
  }

  if (code.length === 4) join();
  else askForCode(code ? "A code has four letters." : "");
})();
