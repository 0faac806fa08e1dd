//! Colours: two themes, a palette that the colour-blind can tell apart, and colour maps.

/// A colour: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u8, pub(super) u8, pub(super) u8);

impl Colour {
    /// The colour between this one, at 0, and another, at 1.
    pub(super) fn mix(self, other: Colour, part: f64) -> Colour {
        let between = |one: u8, other: u8| {
            (f64::from(one) + (f64::from(other) - f64::from(one)) * part).round() as u8
        };
        Colour(
            between(self.0, other.0),
            between(self.1, other.1),
            between(self.2, other.2),
        )
    }

    pub(super) fn rgba(self, opacity: f64) -> [u8; 4] {
        let alpha = (255.0 * opacity).round() as u8;
        [self.0, self.1, self.2, alpha]
    }
}

/// The choice of a theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scheme {
    #[default]
    Light,
    Dark,
    /// On the background of a web page, and with its colour of text.
    Inline,
}

/// The colours of a picture beside those of its data.
#[derive(Clone, Debug)]
pub(super) struct Theme {
    /// None, if that of a page is seen.
    pub(super) background: Option<Colour>,
    /// Titles.
    pub(super) ink: Colour,
    /// Labels.
    pub(super) soft: Colour,
    /// Axes.
    pub(super) frame: Colour,
    /// The lines behind the data.
    pub(super) grid: Colour,
    /// Kinds of data, by Okabe & Ito, in the order of their contrast to the background.
    palette: [Colour; 7],
    /// Negative, zero and positive numbers.
    diverging: [Colour; 3],
}

const ORANGE: Colour = Colour(0xe6, 0x9f, 0x00);
const SKY: Colour = Colour(0x56, 0xb4, 0xe9);
const GREEN: Colour = Colour(0x00, 0x9e, 0x73);
const YELLOW: Colour = Colour(0xf0, 0xe4, 0x42);
const BLUE: Colour = Colour(0x00, 0x72, 0xb2);
const VERMILION: Colour = Colour(0xd5, 0x5e, 0x00);
const PURPLE: Colour = Colour(0xcc, 0x79, 0xa7);

pub(super) const WHITE: Colour = Colour(0xff, 0xff, 0xff);
/// Stands for the colour of text of the page that has the picture; black, where there is none.
pub(super) const PAGE_TEXT: Colour = Colour(0, 0, 0);
/// Stands for a grey through which the page is seen; on white it looks like this.
pub(super) const PAGE_GRID: Colour = Colour(0xe2, 0xe4, 0xe7);

/// From low to high, of growing lightness: viridis.
const SEQUENTIAL: [Colour; 6] = [
    Colour(0x44, 0x01, 0x54),
    Colour(0x41, 0x44, 0x87),
    Colour(0x2a, 0x78, 0x8e),
    Colour(0x22, 0xa8, 0x84),
    Colour(0x7a, 0xd1, 0x51),
    Colour(0xfd, 0xe7, 0x25),
];

impl Theme {
    pub(super) fn of(scheme: Scheme) -> Theme {
        match scheme {
            Scheme::Light => Theme::light(),
            Scheme::Dark => Theme::dark(),
            Scheme::Inline => Theme::inline(),
        }
    }

    fn light() -> Theme {
        let ink = Colour(0x1f, 0x24, 0x2d);
        Theme {
            background: Some(WHITE),
            ink,
            soft: Colour(0x5b, 0x62, 0x70),
            frame: Colour(0xa9, 0xaf, 0xba),
            grid: Colour(0xec, 0xee, 0xf2),
            palette: [BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, ink],
            diverging: [BLUE, Colour(0xf7, 0xf7, 0xf7), VERMILION],
        }
    }

    fn dark() -> Theme {
        let ink = Colour(0xf0, 0xf2, 0xf5);
        Theme {
            background: Some(Colour(0x16, 0x1a, 0x21)),
            ink,
            soft: Colour(0xa7, 0xb0, 0xbd),
            frame: Colour(0x5c, 0x65, 0x73),
            grid: Colour(0x2a, 0x30, 0x3a),
            palette: [SKY, ORANGE, GREEN, YELLOW, PURPLE, VERMILION, ink],
            diverging: [SKY, Colour(0x20, 0x26, 0x30), ORANGE],
        }
    }

    /// Colours whose contrast is 3 at least, to white and to the dark pages of rustdoc and mdBook.
    fn inline() -> Theme {
        Theme {
            background: None,
            ink: PAGE_TEXT,
            soft: PAGE_TEXT,
            frame: Colour(0x8a, 0x90, 0x9a),
            grid: PAGE_GRID,
            palette: [
                Colour(0x2f, 0x8a, 0xc9),
                Colour(0xd9, 0x6a, 0x14),
                Colour(0x14, 0x97, 0x6e),
                Colour(0xb5, 0x84, 0x12),
                Colour(0xbd, 0x6a, 0x98),
                Colour(0x7a, 0x82, 0xd8),
                PAGE_TEXT,
            ],
            diverging: [BLUE, Colour(0xf7, 0xf7, 0xf7), VERMILION],
        }
    }

    /// The colour of a kind of data; kinds beyond the palette begin again.
    pub(super) fn kind(&self, index: usize) -> Colour {
        self.palette[index % self.palette.len()]
    }

    /// The colour of a number from 0 to 1.
    pub(super) fn sequential(&self, value: f64) -> Colour {
        between(&SEQUENTIAL, value)
    }

    /// The colour of a number from −1 to 1.
    pub(super) fn diverging(&self, value: f64) -> Colour {
        between(&self.diverging, 0.5 + 0.5 * value)
    }
}

/// The colour at a place from 0 to 1 of a row of colours.
fn between(colours: &[Colour], value: f64) -> Colour {
    let place = value.clamp(0.0, 1.0) * (colours.len() - 1) as f64;
    let first = (place as usize).min(colours.len() - 2);
    colours[first].mix(colours[first + 1], place - first as f64)
}
