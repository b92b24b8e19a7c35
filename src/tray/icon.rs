//! The tray's icon: a page with lines of text and a mark in its margin, drawn here so that it is sharp at every size
//! and needs no file to be installed.
//!
//! Everything is laid out on a grid of 16 units and snapped to the pixels of the size that is drawn; edges that are no
//! pixel boundary are smoothed by the distance to the shape. The page carries its own contrast, so it is legible on
//! light and on dark panels. `packaging/icons/postil.svg` is the same page, with light and shade. It knows no tray and no desktop.

use crate::engine::effect::TrayIcon;

/// The sizes that tray hosts ask for, in pixels.
pub const SIZES: [u32; 5] = [16, 22, 24, 32, 48];

/// A square picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixmap {
    /// Pixels on each side.
    pub size: u32,
    /// Row by row from the top left; red, green, blue, alpha, not premultiplied.
    pub rgba: Vec<u8>,
}

impl Pixmap {
    /// The same in the byte order of StatusNotifierItem: alpha, red, green, blue.
    pub fn argb(&self) -> Vec<u8> {
        self.rgba.chunks_exact(4).flat_map(|pixel| [pixel[3], pixel[0], pixel[1], pixel[2]]).collect()
    }
}

/// Units of the grid on which the icon is laid out.
const GRID: f32 = 16.0;

const PAGE: Color = Color([0x4a, 0x5f, 0xd9]);
const PAGE_PAUSED: Color = Color([0x80, 0x86, 0x94]);
const FOLD: Color = Color([0xb9, 0xc4, 0xff]);
const FOLD_PAUSED: Color = Color([0xc4, 0xc8, 0xd2]);
const INK: Color = Color([0xff, 0xff, 0xff]);
const MARK: Color = Color([0xff, 0xc5, 0x3d]);
const WORKING: Color = Color([0xff, 0xa5, 0x1f]);
const FAILED: Color = Color([0xe0, 0x34, 0x3c]);

/// Draws `icon`, `size` pixels wide and high.
pub fn draw(icon: TrayIcon, size: u32) -> Pixmap {
    let mut canvas = Canvas::new(size);
    page(&mut canvas, icon);
    match icon {
        TrayIcon::Idle => {}
        TrayIcon::Working => working_badge(&mut canvas),
        TrayIcon::Paused => paused_badge(&mut canvas),
        TrayIcon::Failed => failed_badge(&mut canvas),
    }
    canvas.into_pixmap()
}

/// The page with its folded corner, three lines of text, and the mark in the margin.
fn page(canvas: &mut Canvas, icon: TrayIcon) {
    let (paper, fold) = match icon {
        TrayIcon::Paused => (PAGE_PAUSED, FOLD_PAUSED),
        _ => (PAGE, FOLD),
    };
    let sheet = canvas.rect(2.0, 1.0, 14.0, 15.0);
    let corner = canvas.rect(10.0, 1.0, 14.0, 5.0);
    canvas.fill(paper, |x, y| sheet.rounded(x, y, 1.8).max(corner.upper_right_of_diagonal(x, y)));
    canvas.fill(fold, |x, y| corner.sharp(x, y).max(corner.upper_right_of_diagonal(x, y)));
    for (top, right) in [(6.0, 12.0), (9.0, 12.0), (12.0, 10.0)] {
        let line = canvas.rect(7.0, top, right, top + 1.0);
        canvas.fill(INK, |x, y| line.sharp(x, y));
    }
    let mark = canvas.rect(4.0, 6.0, 5.0, 13.0);
    let color = if icon == TrayIcon::Paused { INK } else { MARK };
    canvas.fill(color, |x, y| mark.sharp(x, y));
}

/// Where the badges stand: centre and radius in units.
const BADGE: (f32, f32, f32) = (11.5, 11.5, 4.2);
/// The empty ring that sets a badge off from the page.
const RING: f32 = 0.9;

fn badge(canvas: &mut Canvas, color: Color) {
    let (x, y, radius) = BADGE;
    canvas.erase(Disc::on(canvas, x, y, radius + RING));
    let disc = Disc::on(canvas, x, y, radius);
    canvas.fill(color, |px, py| disc.distance(px, py));
}

/// Three dots, as one who writes.
fn working_badge(canvas: &mut Canvas) {
    badge(canvas, WORKING);
    for x in [9.3, 11.5, 13.7] {
        let dot = Disc::on(canvas, x, BADGE.1, 0.8);
        canvas.fill(INK, |px, py| dot.distance(px, py));
    }
}

fn paused_badge(canvas: &mut Canvas) {
    badge(canvas, PAGE_PAUSED);
    for left in [9.8, 12.0] {
        let bar = canvas.smooth_rect(left, 9.5, left + 1.2, 13.5);
        canvas.fill(INK, |x, y| bar.sharp(x, y));
    }
}

/// An exclamation mark.
fn failed_badge(canvas: &mut Canvas) {
    badge(canvas, FAILED);
    let stroke = canvas.smooth_rect(10.75, 8.7, 12.25, 12.1);
    let point = canvas.smooth_rect(10.75, 12.9, 12.25, 14.3);
    canvas.fill(INK, |x, y| stroke.rounded(x, y, 0.5).min(point.rounded(x, y, 0.5)));
}

#[derive(Clone, Copy)]
struct Color([u8; 3]);

/// Distances are in pixels, negative inside.
struct Canvas {
    size: u32,
    /// Pixels in a unit of the grid.
    unit: f32,
    pixels: Vec<[f32; 4]>,
}

impl Canvas {
    fn new(size: u32) -> Self {
        Self { size, unit: size as f32 / GRID, pixels: vec![[0.0; 4]; (size * size) as usize] }
    }

    /// A rectangle whose edges are moved to the nearest pixel boundary.
    fn rect(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let exact = self.smooth_rect(left, top, right, bottom);
        let snap = |low: f32, high: f32| (low.round(), low.round() + (high - low).round().max(1.0));
        let ((left, right), (top, bottom)) = (snap(exact.left, exact.right), snap(exact.top, exact.bottom));
        Rect { left, top, right, bottom, unit: self.unit }
    }

    fn smooth_rect(&self, left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        let unit = self.unit;
        Rect { left: left * unit, top: top * unit, right: right * unit, bottom: bottom * unit, unit }
    }

    /// Lays `color` over what is there, as far as `distance` is inside.
    fn fill(&mut self, color: Color, distance: impl Fn(f32, f32) -> f32) {
        self.each(distance, |pixel, cover| {
            let alpha = cover + pixel[3] * (1.0 - cover);
            for (channel, ink) in pixel.iter_mut().zip(color.0) {
                *channel = (f32::from(ink) * cover + *channel * pixel_share(alpha, cover)) / alpha;
            }
            pixel[3] = alpha;
        });
    }

    /// Makes the disc transparent.
    fn erase(&mut self, disc: Disc) {
        self.each(|x, y| disc.distance(x, y), |pixel, cover| pixel[3] *= 1.0 - cover);
    }

    fn each(&mut self, distance: impl Fn(f32, f32) -> f32, mut paint: impl FnMut(&mut [f32; 4], f32)) {
        let size = self.size as usize;
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let (x, y) = ((index % size) as f32 + 0.5, (index / size) as f32 + 0.5);
            let cover = (0.5 - distance(x, y)).clamp(0.0, 1.0);
            if cover > 0.0 {
                paint(pixel, cover);
            }
        }
    }

    fn into_pixmap(self) -> Pixmap {
        let bytes = |[red, green, blue, alpha]: [f32; 4]| [red, green, blue, alpha * 255.0].map(|v| v.round() as u8);
        Pixmap { size: self.size, rgba: self.pixels.into_iter().flat_map(bytes).collect() }
    }
}

/// How much of what was there before shows through, where `cover` of a new colour gives `alpha` in all.
fn pixel_share(alpha: f32, cover: f32) -> f32 {
    alpha - cover
}

#[derive(Clone, Copy)]
struct Rect {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    unit: f32,
}

impl Rect {
    fn sharp(self, x: f32, y: f32) -> f32 {
        self.rounded(x, y, 0.0)
    }

    /// With corners of `radius` units.
    fn rounded(self, x: f32, y: f32, radius: f32) -> f32 {
        let radius = radius * self.unit;
        let beyond = |at: f32, low: f32, high: f32| (at - (low + high) / 2.0).abs() - (high - low) / 2.0 + radius;
        let (dx, dy) = (beyond(x, self.left, self.right), beyond(y, self.top, self.bottom));
        dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - radius
    }

    /// Positive above and right of the line from the upper left to the lower right corner.
    fn upper_right_of_diagonal(self, x: f32, y: f32) -> f32 {
        ((x - self.left) - (y - self.top)) * std::f32::consts::FRAC_1_SQRT_2
    }
}

#[derive(Clone, Copy)]
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
}

impl Disc {
    /// Centre and radius in units of the canvas's grid.
    fn on(canvas: &Canvas, x: f32, y: f32, radius: f32) -> Self {
        Self { x: x * canvas.unit, y: y * canvas.unit, radius: radius * canvas.unit }
    }

    fn distance(self, x: f32, y: f32) -> f32 {
        (x - self.x).hypot(y - self.y) - self.radius
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATES: [TrayIcon; 4] = [TrayIcon::Idle, TrayIcon::Working, TrayIcon::Paused, TrayIcon::Failed];

    #[test]
    fn every_state_looks_different_at_every_size() {
        for size in SIZES {
            let drawn = STATES.map(|state| draw(state, size).rgba);
            for (index, one) in drawn.iter().enumerate() {
                assert_eq!(one.len(), (size * size * 4) as usize);
                assert!(drawn[..index].iter().all(|other| other != one), "state {index} at {size}");
            }
        }
    }

    #[test]
    fn the_page_is_opaque_and_its_surroundings_are_empty() {
        let icon = draw(TrayIcon::Idle, 16);
        let pixel = |x: usize, y: usize| &icon.rgba[(y * 16 + x) * 4..][..4];
        assert_eq!(pixel(6, 8), [0x4a, 0x5f, 0xd9, 0xff]);
        assert_eq!(pixel(0, 8)[3], 0);
        assert_eq!(pixel(13, 1)[3], 0, "the corner that is folded");
        assert_eq!(pixel(4, 8), [0xff, 0xc5, 0x3d, 0xff], "the mark in the margin");
    }

    #[test]
    fn the_tray_wants_alpha_first() {
        let pixmap = Pixmap { size: 1, rgba: vec![1, 2, 3, 4] };
        assert_eq!(pixmap.argb(), [4, 1, 2, 3]);
    }
}
