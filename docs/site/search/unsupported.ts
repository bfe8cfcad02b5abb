/** What visitors look for and the library does not have: patterns, what it has instead, and the words to search for. */
export const unsupported: readonly (readonly [pattern: RegExp, sentence: string, instead: string])[] = [
  [
    /\b(text|words?|sentence|prompt)s?[- ]?(to|2|into)[- ]?(image|picture|photo|video)s?|\b(images?|pictures?|photos?) ?\w* from (a )?(text|prompt|words|description)|\bprompts?\b|\bdall-?e\b|\bmidjourney\b|\bimagen\b/,
    'Pictures from a text are not supported: there is no text encoder. Classes, numbers and pictures can be conditions.',
    'conditions and guidance diffusion class-conditional',
  ],
  [
    /\bstable ?diffusion\b|\bsdxl?\b|\bsd ?(1\.5|3)\b|\bflux\b|\bcontrolnet\b|\bhugging ?face\b|\bcomfyui\b|\bcivitai\b/,
    'Weights of Stable Diffusion and similar models cannot be loaded. You can train a small model of the same kind, a diffusion model in the latents of a VAE.',
    'latent diffusion in the latents of a vae',
  ],
  [
    /\bcolab\b|\bjupyter\b|\bipynb\b|\bnotebooks?\b|\bkaggle\b|\bobservable\b/,
    'Colab and Jupyter run Python, and this library is for JavaScript. The lab trains in a page without an installation, and weights can go to PyTorch and back.',
    'pytorch python lab',
  ],
  [
    /\b(multi|multiple|several|two|many|parallel|[2-9])[- ]?gpus?\b|\bdistributed\b|\bcluster (of|training)\b|\btpus?\b|\bfederated\b|\bhorovod\b|\bdata parallel/,
    'Training on several GPUs or machines is not supported. PyTorch can train the same model.',
    'beyond one machine pytorch cluster',
  ],
  [
    /\bvideos?\b|\b3-?d\b|\bpoint ?clouds?\b|\bmesh(es)?\b|\bvoxels?\b|\bnerf\b|\bgaussian splat|\bspeech\b|\bvoices?\b|\btts\b/,
    'There are no ready-made parts for video, 3D or speech. Series of numbers and pictures have some.',
    'sequences of numbers unet1d networks one of your own',
  ],
  [
    /\blora\b|\bdreambooth\b|\btextual inversion\b|\bqlora\b|\bpeft\b/,
    'LoRA is not supported. Fine-tuning trains all weights of a model, or those that you choose.',
    'fine-tuning',
  ],
  [
    /\bstyle ?gan ?\d?\b|\bcycle ?gan\b|\bbig ?gan\b|\bpix2pix\b|\bstyle transfer\b|\bdeep ?fakes?\b|\bface swap\b|\bhorses? (to|into|2) zebras?\b|\bimage(s)?[- ](to|2)[- ]image\b|\bimg2img translation\b/,
    'StyleGAN, BigGAN, CycleGAN, pix2pix and style transfer are not supported. A picture can be a condition of a diffusion model.',
    'pictures as conditions super resolution image to image',
  ],
  [
    /\breinforcement\b|\bclassification\b|\bclassif(y|ier) (images?|pictures?|digits?|photos?)\b|\bsentiment\b|\bobject (detection|recognition)\b|\b(face|image|speech) recognition\b|\bsegmentation\b|\bregression\b|\bpose\b|\bocr\b|\brecommender\b|\brecommendation (system|engine)s?\b/,
    'This library only has generative models. TensorFlow.js itself has models that classify and detect.',
    'tfjs layers model networks',
  ],
  [/\binception ?score\b/, 'The Inception score is not supported. Use the Frechet distance.', 'frechet distance fid'],
  [
    /\blpips\b|\bperceptual loss\b/,
    'A perceptual loss is not included. A function of your own can be a likelihood or an objective.',
    'likelihood common mistakes blur perceptual loss',
  ],
  [
    /\b(float|fp|bf|bfloat)[- ]?16\b|\bmixed[- ]precision\b|\bhalf[- ]precision\b|\bint8\b|\b(8|4)[- ]?bit\b|\bquanti[sz](e|ed|ation)( the)? (model|weights)\b|\bautocast\b/,
    'Training in half precision is not supported: all tensors are float32. Weights can be read from files in half precision.',
    'half precision',
  ],
  [
    /\breact[- ]native\b|\bexpo\b|\bflutter\b|\bswift\b|\bkotlin\b/,
    'The library was not tested on React Native, and does not run in native apps. An exported ONNX file does.',
    'onnx phones elsewhere',
  ],
  [
    /\btfjs-node(-gpu)?\b|\bcuda\b|\bcudnn\b|\brocm\b/,
    'tfjs-node and CUDA are not needed: wasm runs everywhere, and WebGPU uses the GPU in Node.',
    'gpu in node',
  ],
];
