// A page of prose reads without this; it opens all evidence at once, and before printing.

const folds = [...document.querySelectorAll('details')];
const opener = document.getElementById('open');
const printer = document.getElementById('print');

const allOpen = () => folds.every(fold => fold.open);
const openAll = open => folds.forEach(fold => { fold.open = open; });
const nameOpener = () => { opener.textContent = allOpen() ? 'Close all evidence' : 'Open all evidence'; };

// In a frame made of a string, a link to a place on this page would lead to the page around it.
const follow = event => {
  const link = event.target.closest('a[href^="#"]');
  const goal = link && document.getElementById(link.getAttribute('href').slice(1));
  if (!goal || location.protocol !== 'about:') return;
  event.preventDefault();
  goal.scrollIntoView();
  goal.focus({ preventScroll: true });
};

let before = [];
const forPaper = () => { before = folds.filter(fold => !fold.open); openAll(true); };
const asBefore = () => { before.forEach(fold => { fold.open = false; }); before = []; };

opener.hidden = folds.length === 0;
printer.hidden = window !== window.top;
opener.addEventListener('click', () => { openAll(!allOpen()); nameOpener(); });
printer.addEventListener('click', () => window.print());
folds.forEach(fold => fold.addEventListener('toggle', nameOpener));
document.addEventListener('click', follow);
window.addEventListener('beforeprint', forPaper);
window.addEventListener('afterprint', asBefore);
document.documentElement.dataset.ready = 'yes';
