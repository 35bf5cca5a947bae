// Handing something out: to the clipboard or into a file; where a frame allows neither, as text to be copied by hand.

// A frame without rights of its own cannot be asked what it may do; only that it has no origin can be seen.
const framed = window.parent !== window;
const mayNotSave = (() => {
  if (!framed) return false;
  try {
    if (window.frameElement) return window.frameElement.hasAttribute('sandbox') && !window.frameElement.sandbox.contains('allow-downloads');
  } catch { /* the frame around us is of somebody else */ }
  return window.origin === 'null';
})();

// ---- a dialog that shows a text or a picture

let handout = null;
function makeHandout() {
  const title = element('h2', { id: 'handout-title' }), why = element('p', {}), place = element('div', { class: 'handed' });
  const copy = element('button', { onclick: () => copyIn(handout.place.querySelector('textarea')) }, 'Copy');
  const save = element('button', { onclick: () => handout.saves() }, 'Try to save it');
  const box = element('dialog', { id: 'handout', 'aria-labelledby': 'handout-title' }, title, why, place,
    element('div', { class: 'buttons' }, save, copy, element('button', { onclick: () => box.close() }, 'Close')));
  document.body.append(box);
  handout = { box, title, why, place, copy, save, saves: null };
}
function showHandout(title, why, content, saves = null) {
  if (!handout) makeHandout();
  handout.title.textContent = title;
  handout.why.textContent = why;
  handout.place.replaceChildren(content);
  handout.copy.hidden = content.tagName !== 'TEXTAREA';
  handout.save.hidden = !saves;
  handout.saves = saves;
  if (!handout.box.open) handout.box.showModal();
  if (content.select) { content.focus(); content.select(); content.scrollTop = 0; }
}
const textToCopy = text => {
  const area = element('textarea', { readonly: true, 'aria-label': 'Text to copy', rows: 12, spellcheck: 'false', dir: 'auto' });
  area.value = text;
  return area;
};
function copyIn(area) {
  area.focus();
  area.select();
  let done = false;
  try { done = document.execCommand('copy'); } catch { /* then by hand */ }
  toast(done ? 'Copied' : 'Press Ctrl or ⌘ and C to copy what is selected');
}

// ---- the clipboard

// The way of old browsers also works in frames that keep the newer one from us.
function copiedTheOldWay(text) {
  const area = element('textarea', { class: 'unseen', 'aria-hidden': 'true' }), before = document.activeElement;
  area.value = text;
  document.body.append(area);
  area.select();
  let done = false;
  try { done = document.execCommand('copy'); } catch { /* told below */ }
  area.remove();
  if (before && before.focus) before.focus({ preventScroll: true });
  return done;
}
async function copyText(text, what, note = '') {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copiedTheOldWay(text);
  }
  if (done && !note) toast(`${what} copied`);
  else showHandout(what, done ? `It is in the clipboard. ${note}` : `The page may not write to the clipboard here. Copy it by hand. ${note}`, textToCopy(text));
}

// ---- files

const keptFor = 60000;
function saveBlob(name, blob) {
  const address = URL.createObjectURL(blob), link = element('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), keptFor);
  toast(mayNotSave ? `Asked to save ${name}` : `Saved as ${name}`);
}
const noSaving = 'This page stands in a frame that may keep it from saving files.';
function saveText(name, type, text) {
  const save = () => saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
  if (mayNotSave) showHandout(name, `${noSaving} Copy the text, or open the page on its own.`, textToCopy(text), save);
  else save();
}
// A picture can be kept from the dialog by a long press or the second mouse button.
function savePicture(name, address, blob) {
  if (!mayNotSave) { saveBlob(name, blob); return; }
  const picture = element('img', { alt: `Picture of the ${viewNamed(chosen.view).title} view` });
  picture.src = address;
  showHandout(name, `${noSaving} Copy the picture with the second mouse button or a long press, or open the page on its own.`, picture, () => saveBlob(name, blob));
}

// A name for files: words of the title in any script, then what it is.
function fileName(what, ending) {
  const words = theDocument.title.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, '-').replace(/^-+|-+$/g, '');
  return `${[...words].slice(0, 60).join('').replace(/-+$/, '') || 'network'}-${what}.${ending}`;
}
