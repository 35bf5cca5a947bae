// One spelling for what readers take for the same word, in names, in evidence and in what is searched for. It follows
// the folding of the full-text search (kg/texts/folding.py), so that what is found there is found here.

// Accents and vowel points of Latin, Greek, Cyrillic, Hebrew and Arabic script, tatweel, and marks without a picture.
// Vowel signs of Indic scripts and the voicing of kana stay: they are letters there.
const unwritten = new RegExp('[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf-\\u05c7\\u0610-\\u061a\\u0621\\u0640\\u064b-\\u065f\\u0670'
  + '\\u06d6-\\u06dc\\u06df-\\u06e8\\u06ea-\\u06ed\\u08d3-\\u08ff\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f'
  + '\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]', 'g');
// Letters with several code points, or with a form of their own at the end of a word. The yehs of Pashto are other
// vowels, but keyboards of Dari and Arabic lack them and writers mix them; its other consonants stay apart.
const sameLetters = new Map([
  ['\u064a\u0649\u06d0\u06cd\u06d2\u06d3\u06d1', '\u06cc'], ['\u0643\u06aa', '\u06a9'], ['\u0629\u06d5\u06c1\u06be\u06c0\u06c2\u06c3', '\u0647'],
  ['\u0671\u0672\u0673', '\u0627'], ['\u06c7\u06c6\u06c8', '\u0648'], ['\u06ab', '\u06af'], ['ς', 'σ'],
  ['ך', 'כ'], ['ם', 'מ'], ['ן', 'נ'], ['ף', 'פ'], ['ץ', 'צ'],
  ['ø', 'o'], ['ł', 'l'], ['đð', 'd'], ['þ', 'th'], ['æ', 'ae'], ['œ', 'oe'], ['ı', 'i'], ['ß', 'ss'],
].flatMap(([letters, one]) => [...letters].map(letter => [letter, one])));
const otherLetters = new RegExp(`[${[...sameLetters.keys()].join('')}]`, 'g');

// Digits stand in tens, from zero up.
function digitValue(digit) {
  let zero = digit.codePointAt(0);
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((digit.codePointAt(0) - zero) % 10);
}
const spelled = text => text.normalize('NFKD').toLowerCase().replace(unwritten, '').replace(otherLetters, letter => sameLetters.get(letter))
  .replace(/(?![0-9])\p{Nd}/gu, digitValue).replace(/['’‘ʼʻ`´.,_\u066b\u066c\u060c]/g, '').replace(/[\s\p{P}]+/gu, ' ').trim();
const spelledPlainly = text => text.toLowerCase().replace(/['`.,_]/g, '').replace(/[\s!"#%&()*\-/:;?@[\\\]{}]+/g, ' ').trim();

// Most texts are plain letters, and for them there is a shorter way to the same.
const searchable = text => (/^[\x00-\x7f]*$/.test(text) ? spelledPlainly(text) : spelled(text));
