import { termsOf } from './words.js';

/** Phrases that mean the same for this site, one group a line. */
const GROUPS = `
colour, rgb
grey, greyscale, monochrome
fid, frechet distance, frechet inception distance
kl, kl divergence, kullback leibler
vae, variational autoencoder
gan, generative adversarial network, adversarial
ddpm, denoising diffusion
cfg, classifier-free guidance, guidance scale, unconditional guidance
ema, exponential moving average, moving average, polyak, averages
lr, learning rate, step size
oom, out of memory, memory exhausted, heap full, allocation failed
memory leak, leak, leaking, undisposed, numtensors
nan, infinity, not finite, inf
freeze, frozen, hang, unresponsive, laggy, lag
crash, crashes, exception, error
cdn, script tag, jsdelivr, unpkg, esm.sh
csp, content security policy, unsafe-eval
coop, coep, cross-origin isolated, cross-origin isolation, sharedarraybuffer
timeseries, time series, sensor, signal
mse, mean squared error, squared error, l2 loss
bce, binary cross entropy, binary crossentropy, bernoulli
early stopping, stop early, patience
checkpoint, resume, continue training
save, store, persist, serialise
load, restore, reload
download, export
phone, mobile, smartphone, android, ios, iphone, tablet, ipad
gpu, graphics card, nvidia, cuda
slow, speed, fast, performance, slower, faster
licence, commercial, commercially, legal
finetune, fine-tuning, transfer learning, pretrained
normalising flow, real nvp, realnvp, coupling layer, glow
score based, score matching, score model, sde, langevin
flow matching, rectified flow
distillation, few steps, consistency model, turbo
super resolution, upscale, upscaling, upsample
inpaint, inpainting, outpainting, fill in
interpolate, interpolation, morph, morphing, latent walk, blend
mode collapse, mode dropping, lost modes, no variety, lack of diversity
posterior collapse, kl vanishing, kl collapse
memorise, memorisation, overfit, overfitting, copy, plagiarism
anomaly, outlier, novelty, fraud, suspicious, unusual, out of distribution
imputation, missing value, gap
reproducible, reproducibility, deterministic, seed
reparameterization, reparametrization, reparameterisation, reparametrisation
dataset, batches, dataloader, data loader
callback, hook, observer
tensorboard, wandb, weights and biases, mlflow
worker, web worker, background thread, webworker
teach, teacher, lecturer, classroom, lesson, school
grade, grading, autograder, assignment, homework, mark
exercise, quiz, task, exam
beginner, newbie, starter, introduction, intro, first steps, basics, tutorial
install, installation, npm, setup
label, class, conditional, condition, categories
generate, sample, draw
prior, latent distribution
loss curve, loss chart, loss plot, loss graph
convolution, conv, cnn, convnet
attention, self-attention, selfattention
transformer, attention is all you need
llm, gpt, chatgpt, language model, chatbot
music, melody, tune, song, midi
noise level, noise schedule, beta schedule
sampler, scheduler, solver
wasserstein, wgan, earth mover, critic
gradient penalty, wgan gp, lipschitz
batchnorm, batch normalisation, batch norm
groupnorm, group normalisation, group norm
spectral norm, spectral normalisation, sngan
dcgan, convolutional gan
vqvae, vq-vae, vqgan, codebook, quantiser, discrete latents
evaluate, quality, metric, measure, benchmark samples
camera, webcam
deploy, deployment, hosting, production
unet, u-net
dit, diffusion transformer
second derivative, hessian, double backprop, gradient of gradient, grad of grad
density, log likelihood, nll, bits per dimension, bits per dim
`;

/** The groups, each phrase as its terms; longer phrases first. */
export const synonyms: readonly (readonly (readonly string[])[])[] = GROUPS.trim()
  .split('\n')
  .map((line) =>
    line
      .split(', ')
      .map(termsOf)
      .filter((terms) => terms.length > 0)
      .sort((a, b) => b.length - a.length),
  );
