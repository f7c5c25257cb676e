use crate::{fails, new_context};
use coulomb::{Network, Padding, Status, Window1d, Window2d};

fn shape_after(network: &Network, output: coulomb::Node) -> Vec<usize> {
    network.finish(output, 1).unwrap();
    network.output_shape().unwrap()
}

#[test]
fn images_go_through_windows() {
    let network = Network::new(&new_context()).unwrap();
    let input = network.input(&[8, 8, 3]).unwrap();
    let stride = Window2d::new([5, 5]).stride([2, 2]);
    let node = network.conv2d(input, 4, stride, Some("first")).unwrap();
    let node = network.leaky_relu(node, 0.2).unwrap();
    let node = network.conv2d_transposed(node, 4, stride, None).unwrap();
    let pads = Window2d::new([2, 2]).padding(Padding::Explicit([1, 1, 0, 0]));
    let node = network.average_pool2d(node, pads).unwrap();
    let node = network.max_pool2d(node, Window2d::new([2, 2]).padding(Padding::Valid)).unwrap();
    let node = network.upsample2d(node, [2, 3]).unwrap();
    assert_eq!(network.parameter_names()[0], "first.weight");
    assert_eq!(shape_after(&network, node), [4, 6, 4]);
}

#[test]
fn sequences_go_through_windows() {
    let network = Network::new(&new_context()).unwrap();
    let input = network.input(&[16, 3]).unwrap();
    let window = Window1d::new(3).stride(2);
    let node = network.conv1d(input, 4, window, None).unwrap();
    let node = network.conv1d_transposed(node, 4, window, None).unwrap();
    let node = network.average_pool1d(node, Window1d::new(2)).unwrap();
    let node = network.max_pool1d(node, Window1d::new(2).padding(Padding::Explicit([1, 1]))).unwrap();
    let node = network.upsample1d(node, 3).unwrap();
    assert_eq!(shape_after(&network, node), [15, 4]);
}

#[test]
fn constants_sums_and_shapes_compute() {
    let context = new_context();
    let network = Network::new(&context).unwrap();
    let input = network.input(&[2, 2]).unwrap();
    let doubled = network.scale(input, 2.0).unwrap();
    let shifted = network.shift(doubled, 1.0).unwrap();
    let sum = network.add(shifted, input).unwrap();
    let product = network.multiply(sum, input).unwrap();
    let both = network.concatenate(product, input).unwrap();
    let flat = network.flatten(both).unwrap();
    let part = network.slice(flat, 0, 4).unwrap();
    let turned = network.select(part, &[3, 2, 1, 0]).unwrap();
    let node = network.reshape(turned, &[4, 1]).unwrap();
    network.finish(node, 1).unwrap();
    let mut output = [0.0; 4];
    network.evaluate(&[1.0, 2.0, 3.0, 4.0], &mut output).unwrap();
    // Rows of `both`: x (3x + 1) and x; the first row is 4, 14, 1, 2.
    assert_eq!(output, [2.0, 1.0, 14.0, 4.0]);
}

#[test]
fn activations_compute() {
    let context = new_context();
    let of = |append: &dyn Fn(&Network, coulomb::Node) -> coulomb::Result<coulomb::Node>| {
        let network = Network::new(&context).unwrap();
        let input = network.input(&[2]).unwrap();
        let node = append(&network, input).unwrap();
        network.finish(node, 1).unwrap();
        let mut output = [0.0; 2];
        network.evaluate(&[-1.0, 2.0], &mut output).unwrap();
        output
    };
    assert_eq!(of(&|network, node| network.relu(node)), [0.0, 2.0]);
    assert!((of(&|network, node| network.elu(node))[0] - ((-1f32).exp() - 1.0)).abs() < 1e-6);
    assert!((of(&|network, node| network.tanh(node))[1] - 2f32.tanh()).abs() < 1e-6);
    assert!((of(&|network, node| network.lecun_tanh(node))[1] - 1.7159 * (4f32 / 3.0).tanh()).abs() < 1e-5);
    assert!((of(&|network, node| network.sigmoid(node))[0] - 1.0 / (1.0 + 1f32.exp())).abs() < 1e-6);
    assert!((of(&|network, node| network.softmax(node)).iter().sum::<f32>() - 1.0).abs() < 1e-6);
}

#[test]
fn categories_are_drawn() {
    let network = Network::new(&new_context()).unwrap();
    let input = network.input(&[6]).unwrap();
    let logits = network.slice(input, 0, 3).unwrap();
    let noise = network.slice(input, 3, 3).unwrap();
    let node = network.categorical(logits, noise, &[2, 1], 0.5).unwrap();
    network.finish(node, 1).unwrap();
    let mut output = [0.0; 3];
    network.evaluate(&[0.0, 100.0, 0.0, 0.0, 0.0, 0.0], &mut output).unwrap();
    assert_eq!(output, [0.0, 1.0, 1.0]);
}

#[test]
fn building_has_an_order() {
    let network = Network::new(&new_context()).unwrap();
    assert!(!network.finished().unwrap());
    fails(Status::STATE, network.output_shape());
    let input = network.input(&[2]).unwrap();
    fails(Status::STATE, network.input(&[2]));
    let node = network.dense(input, 3, Some("only")).unwrap();
    let node = network.batch_norm(node, 1e-3, 0.99, true, None).unwrap();
    fails(Status::ARGUMENT, network.dense(node, 1, Some("only")));
    fails(Status::ARGUMENT, network.dense(node, 1, Some("\0")));
    network.finish(node, 1).unwrap();
    assert!(network.finished().unwrap());
    assert_eq!(network.input_shape().unwrap(), [2]);
    fails(Status::STATE, network.relu(node));
}
