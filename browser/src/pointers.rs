//! What a mouse, a finger or a pen does on the drawing area.

use std::time::Duration;

use fantoccini::actions::{
    Actions, InputSource, MouseActions, PenActions, PointerAction, TouchActions,
};

use crate::browser::Browser;
use crate::strokes::{Pointer, Stroke};

/// The left button of a mouse, and the contact of a finger.
const LEFT: u64 = 0;

impl Browser {
    /// Draws strokes, as fractions of the drawing area.
    pub async fn draw(&self, pointer: Pointer, strokes: &[Stroke]) {
        for stroke in strokes {
            let down = PointerAction::Down { button: LEFT };
            let up = PointerAction::Up { button: LEFT };
            let mut actions = self.moves(stroke).await;
            actions.insert(1, down);
            actions.push(up);
            self.act(pointer, actions).await;
        }
    }

    /// Draws a stroke, and leaves the pointer down at its end.
    pub async fn draw_on(&self, pointer: Pointer, stroke: &Stroke) {
        let mut actions = self.moves(stroke).await;
        actions.insert(1, PointerAction::Down { button: LEFT });
        self.act(pointer, actions).await;
    }

    /// Moves a pointer as it is, up or down.
    pub async fn move_along(&self, pointer: Pointer, stroke: &Stroke) {
        let actions = self.moves(stroke).await;
        self.act(pointer, actions).await;
    }

    /// Lifts a pointer.
    pub async fn lift(&self, pointer: Pointer) {
        self.act(pointer, vec![PointerAction::Up { button: LEFT }])
            .await;
    }

    /// A move to each point of a stroke.
    async fn moves(&self, stroke: &Stroke) -> Vec<PointerAction> {
        let canvas = self.element("canvas").await;
        let area = self
            .value(
                "const area = document.getElementById('canvas'); area.scrollIntoView({ block: 'nearest' }); \
                 const box = area.getBoundingClientRect(); return [box.width, box.height]",
            )
            .await;
        let [width, height] = [0, 1].map(|axis| area[axis].as_f64().unwrap_or_default());
        let to = |[x, y]: &[f64; 2]| PointerAction::MoveToElement {
            element: canvas.clone(),
            duration: Some(Duration::ZERO),
            x: ((x - 0.5) * width).round(),
            y: ((y - 0.5) * height).round(),
        };
        stroke.iter().map(to).collect()
    }

    async fn act(&self, pointer: Pointer, actions: Vec<PointerAction>) {
        let done = self
            .client
            .perform_actions(sequence(pointer, actions))
            .await;
        done.expect("the pointer moves");
    }
}

fn sequence(pointer: Pointer, actions: Vec<PointerAction>) -> Actions {
    match pointer {
        Pointer::Mouse => {
            let all = actions.into_iter();
            all.fold(MouseActions::new("mouse".into()), InputSource::then)
                .into()
        }
        Pointer::Touch => {
            let all = actions.into_iter();
            all.fold(TouchActions::new("finger".into()), InputSource::then)
                .into()
        }
        Pointer::Pen => {
            let all = actions.into_iter();
            all.fold(PenActions::new("pen".into()), InputSource::then)
                .into()
        }
    }
}
