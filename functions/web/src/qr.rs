//! `GET /qr/{name}`: a picture of an invoice, for a phone to scan. Twilio fetches it for the chat; its name holds all that it
//! shows, sealed, so nothing is read for it.

use aws::{pictures, telemetry};
use domain::flash::PaymentRequest;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{self, HeaderValue};
use lambda_http::{Body, Response};
use qrcode::{Color, EcLevel, QrCode};

use crate::{App, empty};

/// Light modules around the code: the standard (ISO/IEC 18004) wants four.
const QUIET: usize = 4;

/// Pixels of a module: a code of the usual 85 modules, with its margin, fills a phone's width of 744.
const SCALE: usize = 8;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
enum NoPicture {
    #[error("an invoice does not fit into a code")]
    Code(#[from] qrcode::types::QrError),
    #[error("a picture could not be written")]
    Png(#[from] png::EncodingError),
}

pub(crate) async fn show(app: &App, name: &str) -> Response<Body> {
    let now = app.clock.now();
    let Some(invoice) = pictures::read(app.tables.ring(), name, now).await else {
        return gone();
    };
    match picture(&invoice) {
        Ok(png) => {
            let mut response = Response::new(Body::Binary(png));
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
            response
        }
        Err(error) => {
            telemetry::failure("picture", &error);
            empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// Somebody may open the address long after.
fn gone() -> Response<Body> {
    let text = "This picture is no longer here. Send \"receive\" to the bot for a new one.\n";
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// In capitals, which need half the room and mean the same (BOLT 11).
fn picture(invoice: &PaymentRequest) -> Result<Vec<u8>, NoPicture> {
    let text = invoice.as_str().to_ascii_uppercase();
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let modules = code.width();
    let side = (modules + 2 * QUIET) * SCALE;
    let light = |x: usize, y: usize| {
        let place = |pixel: usize| {
            (pixel / SCALE)
                .checked_sub(QUIET)
                .filter(|at| *at < modules)
        };
        match (place(x), place(y)) {
            (Some(x), Some(y)) => code[(x, y)] == Color::Light,
            _ => true,
        }
    };
    // One bit for each pixel, eight to a byte.
    let mut bits = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for byte in 0..side.div_ceil(8) {
            let lit = (0..8).filter(|bit| light(byte * 8 + bit, y));
            bits.push(lit.fold(0_u8, |byte, bit| byte | 0x80 >> bit));
        }
    }
    let mut file = Vec::new();
    let pixels = u32::try_from(side).unwrap_or(u32::MAX);
    let mut encoder = png::Encoder::new(&mut file, pixels, pixels);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bits)?;
    writer.finish()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(png: &[u8]) -> String {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let (width, height) = (info.width as usize, info.height as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
            pixels[y * width + x]
        });
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_picture_is_read_as_its_invoice_however_long_that_is() {
        for length in [40, 300, 700, 1_300] {
            let invoice = format!("lnbc50u1{}", "pvjluez9".repeat(length / 8));
            let png = picture(&PaymentRequest::parse(&invoice).unwrap()).unwrap();
            assert_eq!(read(&png), invoice.to_uppercase());
            assert!(png.len() < 100_000, "{} bytes", png.len());
        }
    }

    #[test]
    fn what_fits_into_no_code_is_refused() {
        let invoice = format!("lnbc1{}", "q".repeat(4_000));
        assert!(picture(&PaymentRequest::parse(&invoice).unwrap()).is_err());
    }
}
