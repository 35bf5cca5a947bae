// Where the reader looks: centre and zoom stand in the link once the reader moved them. Otherwise the picture is
// fitted to the window, whatever its size.

const cameraDigits = 5;
function cameraFrom(text) {
  const [x, y, zoom, way, ...more] = (text || '').split(',');
  const numbers = [x, y, zoom].map(Number);
  if (more.length || !/^(portrait)?$/.test(way || '') || [x, y, zoom].some(part => !part) || !numbers.every(Number.isFinite)) return null;
  if (numbers[2] < 0.001 || numbers[2] > 100 || Math.max(Math.abs(numbers[0]), Math.abs(numbers[1])) > 1e7) return null;
  return { x: numbers[0], y: numbers[1], zoom: numbers[2], portrait: way === 'portrait' };
}
const cameraText = ({ x, y, zoom, portrait }) => [Number(x.toFixed(1)), Number(y.toFixed(1)), Number(zoom.toPrecision(cameraDigits)), ...(portrait ? ['portrait'] : [])].join(',');

addChoice({
  fresh: () => ({ camera: null }),
  read(link, choices) { choices.camera = cameraFrom(link.get('camera')); },
  write(link) {
    const camera = picture ? picture.camera() : null;
    if (camera) link.set('camera', cameraText(camera));
  },
});
