//! Neurons that are declared by their equations, `neuron!`.

mod leaky;
