'use strict';

/** 28x28 pictures of faces: the mouth varies from sad to happy, the eyes from closed to wide. */
globalThis.drawFaces = (count) => {
  const size = 28;
  const data = new Float32Array(count * size * size);
  const canvas = Object.assign(document.createElement('canvas'), { width: size, height: size });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.lineWidth = 2;
  for (let i = 0; i < count; i++) {
    // multiples of two irrational numbers spread evenly over the square
    const mouth = ((i * Math.SQRT2) % 1) * 2 - 1;
    const eyes = (i * Math.sqrt(3)) % 1;
    context.fillStyle = 'black';
    context.fillRect(0, 0, size, size);
    context.fillStyle = 'white';
    context.beginPath();
    context.arc(14, 14, 13, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = 'black';
    for (const x of [9, 19]) {
      context.beginPath();
      context.ellipse(x, 11, 2.2, 0.5 + 3 * eyes, 0, 0, 2 * Math.PI);
      context.fill();
    }
    context.beginPath();
    context.moveTo(7, 20 - 2.5 * mouth);
    context.quadraticCurveTo(14, 20 + 5 * mouth, 21, 20 - 2.5 * mouth);
    context.stroke();
    const { data: rgba } = context.getImageData(0, 0, size, size);
    for (let j = 0; j < size * size; j++) data[i * size * size + j] = rgba[4 * j] / 255;
  }
  return { data, shape: [count, size * size] };
};
