import {KIADA_VERSION, type KiadaConfig} from './config.ts';

/** The page for a browser: it stands alone and fetches the quote and a question through Kiada's own proxy paths, relative so that any prefix works. */
export function renderPage(config: KiadaConfig, request: {clientIP: string; status: string}): string {
  const facts = [
    ['Pod', config.pod],
    ['Node', config.node],
    ['Pod IP', config.podIP],
    ['Node IP', config.nodeIP],
    ['Your address as seen here', request.clientIP],
    ['Hostname', config.hostname],
  ];
  const rows = facts.map(([name = '', value = '']) => `<dt>${escapeHTML(name)}</dt><dd>${escapeHTML(value)}</dd>`).join('\n');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kiada in ${escapeHTML(config.pod)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Kiada <small>${KIADA_VERSION}</small></h1>
<section><h2>Quote of the minute</h2><blockquote id="quote">…</blockquote></section>
<section><h2>Pop quiz</h2><p id="question">…</p><div id="answers"></div><p id="verdict" role="status"></p>
<button id="next" type="button">Another question</button></section>
<section><h2>Who answered</h2><dl>${rows}</dl>${request.status === '' ? '' : `<p>${escapeHTML(request.status)}</p>`}
<p><a href="text">as text</a> · <a href="json">as JSON</a></p></section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Text that is shown as it is. */
function escapeHTML(text: string): string {
  const names: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'};
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}

const STYLE = `
:root{color-scheme:light dark;font:17px/1.5 system-ui,sans-serif}
body{margin:0;background:light-dark(#eef2f7,#11161d)}
main{max-width:44rem;margin:0 auto;padding:1.5rem}
h1{margin:0 0 1rem}h1 small{font-weight:400;opacity:.6}h2{margin:0 0 .5rem;font-size:1rem;opacity:.7}
section{background:light-dark(#fff,#1b232d);border-radius:.6rem;padding:1rem 1.25rem;margin-bottom:1rem}
blockquote{margin:0;font-size:1.15rem}
#answers button{display:block;width:100%;text-align:left;margin:.35rem 0}
button{font:inherit;padding:.5rem .75rem;border:1px solid #8896a8;border-radius:.4rem;background:transparent;color:inherit;cursor:pointer}
button:disabled{cursor:default}.right{border-color:#1a9c50;border-width:2px}.wrong{border-color:#d43c3c;border-width:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0}dt{opacity:.7}dd{margin:0;font-family:ui-monospace,monospace}
`;

const SCRIPT = `
const byId = (id) => document.getElementById(id);
async function ask(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error((await response.text()).trim() || response.status);
  return response.json();
}
async function showQuote() {
  try { byId('quote').textContent = await ask('proxy/quote'); }
  catch (error) { byId('quote').textContent = error.message; }
}
async function showQuestion() {
  byId('verdict').textContent = '';
  byId('answers').replaceChildren();
  try {
    const question = await ask('proxy/quiz/questions/random');
    byId('question').textContent = question.text;
    question.answers.forEach((answer, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = typeof answer === 'string' ? answer : answer.text;
      button.onclick = () => send(question.id, index);
      byId('answers').append(button);
    });
  } catch (error) { byId('question').textContent = error.message; }
}
async function send(questionId, answerIndex) {
  const buttons = [...byId('answers').children];
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const result = await ask('proxy/quiz/questions/' + questionId + '/answers', {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({questionId, answerIndex}),
    });
    const correct = answerIndex === result.correctAnswerIndex;
    buttons[result.correctAnswerIndex]?.classList.add('right');
    if (!correct) buttons[answerIndex].classList.add('wrong');
    byId('verdict').textContent = correct ? 'Right.' : 'Not quite: the marked answer is right.';
  } catch (error) {
    byId('verdict').textContent = error.message;
    buttons.forEach((button) => { button.disabled = false; });
  }
}
byId('next').onclick = showQuestion;
showQuote();
showQuestion();
`;
