// Small tools that every part uses: elements, words, and telling the reader something.

const byId = id => document.getElementById(id);

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
  return made;
}
function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat());
  return made;
}
// Text of others keeps its own direction without turning ours around.
const isolated = text => element('bdi', {}, text);
const plural = (count, one, many = one + 's') => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
// What is a list in words: "a", "a and b", "a, b and c".
const listed = words => words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;

// The first few of a list in order, without putting all of it in order.
function foremost(list, compare, most) {
  const found = [];
  for (const one of list) {
    if (found.length === most && compare(one, found[most - 1]) >= 0) continue;
    let at = found.length;
    while (at > 0 && compare(one, found[at - 1]) < 0) at -= 1;
    found.splice(at, 0, one);
    if (found.length > most) found.pop();
  }
  return found;
}

const once = act => {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
};
// Remembers what a function made of a text.
const remembered = make => {
  const made = new Map();
  return text => {
    if (!made.has(text)) made.set(text, make(text));
    return made.get(text);
  };
};

// The colours of the theme. To read one makes the browser work out the styles of the page, so each is read once.
let themeColours = new Map();
function colour(name) {
  if (!themeColours.has(name)) themeColours.set(name, getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim());
  return themeColours.get(name);
}
function setTheme(name) {
  document.documentElement.dataset.theme = name;
  themeColours = new Map();
}
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
const onPhone = () => matchMedia('(max-width: 820px)').matches;

let sayTimer;
function say(text) {
  // Emptied first, or a screen reader keeps silent when the same text comes again.
  byId('live').textContent = '';
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { byId('live').textContent = text; }, 40);
}
let toastTimer;
function toast(text) {
  byId('toast').textContent = text;
  byId('toast').hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId('toast').hidden = true; }, 2600);
}
