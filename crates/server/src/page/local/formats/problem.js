// Why a file is no picture that can be read, in the words of the server. As the messages in data's error.rs.

export class PictureProblem extends Error {}

export function cutShort() {
  return new PictureProblem('the picture is cut short; copy or download it again');
}

export function damagedPng(reason) {
  return new PictureProblem(`expected a PNG or JPEG picture: the PNG is damaged: ${reason}`);
}

export function damagedJpeg(at) {
  return new PictureProblem(
    `the JPEG picture is damaged near byte ${at}; copy or download it again, or save it anew with a program that opens it`,
  );
}

export function unreadJpeg(reason) {
  return new PictureProblem(`expected a PNG or JPEG picture: ${reason}, which is not read`);
}
