import './page/lab-app.js';
