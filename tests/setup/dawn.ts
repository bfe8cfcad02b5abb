import './node-webgpu.js';
import './webgpu.js';
