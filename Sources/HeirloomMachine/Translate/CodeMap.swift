/// Where a window's guest addresses are translated: images of files that windows share, and for the rest a space of its own.
/// A map never changes; the window puts another in its place.
final class CodeMap: Sendable {
  /// Ascending, disjoint.
  let images: [CodeImage]
  let own: CodeSpace
  /// Changes where a translation that has been found in the map may not be found again. No two windows share one.
  let epoch: UInt64

  init(images: [CodeImage], own: CodeSpace, epoch: UInt64) {
    self.images = images
    self.own = own
    self.epoch = epoch
  }

  /// The space that holds what is translated from `pc` on.
  func space(for pc: UInt32) -> CodeSpace {
    for image in images where image.space.covers(pc) { return image.space }
    return own
  }

  /// What the host's standing at `place` in the code cache means.
  func row(at place: UInt32) -> RecoveryRow? {
    if let row = own.lock.withLock({ own.row(at: place) }) { return row }
    for image in images {
      if let row = image.space.lock.withLock({ image.space.row(at: place) }) { return row }
    }
    return nil
  }

  func hasImage(_ space: CodeSpace) -> Bool { images.contains { $0.space === space } }

  func adding(_ image: CodeImage) -> CodeMap {
    var images = images
    let index = images.firstIndex { $0.key.range.start > image.key.range.start } ?? images.count
    images.insert(image, at: index)
    return CodeMap(images: images, own: own, epoch: epoch)
  }
}

/// A part of a file as it is mapped for execution, with the translations of it that all windows share which map it alike.
///
/// Its windows may not write to it, nor have written: so its bytes are the file's.
struct CodeImage: Sendable {
  struct Key: Equatable, Sendable {
    let file: FileIdentity
    let offset: UInt64
    let range: PageRange
  }

  let key: Key
  let space: CodeSpace
}

/// A file and the state of its bytes: whoever writes to it changes one of the times.
public struct FileIdentity: Hashable, Sendable {
  let device, inode, size: UInt64
  /// In nanoseconds since 1970: of its bytes, and of its inode.
  let modified, changed: Int64
  /// Of `FileCode`: times are no finer than a few milliseconds.
  var version: UInt64 = 0

  public var id: FileID { FileID(device: device, inode: inode) }

  public init(device: UInt64, inode: UInt64, size: UInt64, modified: Int64, changed: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }
}
