/// A parameter of the module, as a property. Its name, range and description also go to the module's file, where `heirloom
/// modinfo` and the check of a value find them; so they are written as literals, on one line.
///
/// ```swift
/// @Parameter("every", in: 1...1000, "which write fails") static var every: Int32 = 3
/// ```
///
/// The type is Int32, UInt32, Int, UInt, Bool or String.
@propertyWrapper
public struct Parameter<Value: ParameterValue> {
  public let wrappedValue: Value

  public init(wrappedValue: Value, _ name: StaticString, _ description: StaticString = "") {
    self.wrappedValue = Self.given(name) ?? wrappedValue
  }

  public init(wrappedValue: Value, _ name: StaticString, in range: ClosedRange<Value>, _ description: StaticString = "")
  where Value: Comparable {
    self.wrappedValue = Self.given(name) ?? wrappedValue
  }

  private static func given(_ name: StaticString) -> Value? {
    name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) { name in
      guard let text = heirloom_parameter(name) else { return nil }
      var bytes: [UInt8] = []
      while text[bytes.count] != 0 { bytes.append(UInt8(bitPattern: text[bytes.count])) }
      return Value(parameter: bytes)
    }
  }
}

/// A type that a parameter can have.
public protocol ParameterValue {
  /// - Parameter parameter: as it was given; the kernel has checked it.
  init?(parameter: [UInt8])
}

extension FixedWidthInteger {
  /// Decimal, or hexadecimal after 0x.
  public init?(parameter utf8: [UInt8]) {
    let isNegative = utf8.first == UInt8(ascii: "-")
    var digits = utf8[(isNegative ? 1 : 0)...]
    var radix: Self = 10
    if digits.count > 2, digits[digits.startIndex] == UInt8(ascii: "0"), digits[digits.startIndex + 1] | 0x20 == UInt8(ascii: "x") {
      digits = digits.dropFirst(2)
      radix = 16
    }
    var value: Self = 0
    for byte in digits {
      let letter = byte | 0x20
      let digit = letter >= UInt8(ascii: "a") ? letter - UInt8(ascii: "a") + 10 : byte &- UInt8(ascii: "0")
      guard digit < radix else { return nil }
      let (product, isTooLarge) = value.multipliedReportingOverflow(by: radix)
      let (sum, isOver) = isNegative
        ? product.subtractingReportingOverflow(Self(digit)) : product.addingReportingOverflow(Self(digit))
      if isTooLarge || isOver { return nil }
      value = sum
    }
    self = value
  }
}

extension Int32: ParameterValue {}
extension UInt32: ParameterValue {}
extension Int: ParameterValue {}
extension UInt: ParameterValue {}
extension Bool: ParameterValue {
  /// 1, y, Y or true.
  public init?(parameter utf8: [UInt8]) {
    self = utf8.count == 4 || utf8.first == UInt8(ascii: "1") || utf8.first.map { $0 | 0x20 } == UInt8(ascii: "y")
  }
}
extension String: ParameterValue {
  public init?(parameter utf8: [UInt8]) { self.init(decoding: utf8, as: UTF8.self) }
}
