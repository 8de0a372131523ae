extension JSON {
  /// What a `Codable` value is in JSON. A value that is nil is left out of its object.
  public init(encoding value: some Encodable) {
    let place = JSONPlace()
    do { try value.encode(to: JSONValueEncoder(place: place, codingPath: [])) } catch {
      // Nothing of ours throws, and the types that are encoded are ours.
      preconditionFailure("\(type(of: value)) cannot be encoded: \(error)")
    }
    self = place.json
  }
}

/// Where an encoder puts its value. Containers share it, as `Encoder` demands.
private final class JSONPlace {
  private var single = JSON.null
  private var elements: [JSONPlace]?
  private var members: [(name: String, place: JSONPlace)]?

  var json: JSON {
    if let members { return .object(members.map { JSON.Member($0.name, $0.place.json) }) }
    if let elements { return .array(elements.map(\.json)) }
    return single
  }

  func set(_ value: JSON) { single = value }
  private func set(integer value: some BinaryInteger) {
    if let exact = Int64(exactly: value) { set(.integer(exact)) } else { set(.number(Double(value))) }
  }
  func makeArray() { elements = elements ?? [] }
  func makeObject() { members = members ?? [] }
  var count: Int { elements?.count ?? 0 }

  func append() -> JSONPlace {
    let place = JSONPlace()
    elements?.append(place)
    return place
  }

  func member(_ name: String) -> JSONPlace {
    let place = JSONPlace()
    members?.append((name, place))
    return place
  }

  func encode(_ value: some Encodable, _ path: [any CodingKey]) throws {
    switch value {
    case let value as String: set(.string(value))
    case let value as Bool: set(.bool(value))
    case let value as Double: set(.number(value))
    case let value as Float: set(.number(Double(value)))
    // Each by its name: to ask a type whether it is any BinaryInteger, the runtime looks through all that it knows.
    case let value as Int: set(integer: value)
    case let value as Int32: set(integer: value)
    case let value as UInt32: set(integer: value)
    case let value as UInt64: set(integer: value)
    case let value as Int64: set(integer: value)
    case let value as UInt: set(integer: value)
    case let value as UInt8: set(integer: value)
    case let value as UInt16: set(integer: value)
    case let value as Int8: set(integer: value)
    case let value as Int16: set(integer: value)
    default: try value.encode(to: JSONValueEncoder(place: self, codingPath: path))
    }
  }
}

private struct JSONValueEncoder: Encoder {
  let place: JSONPlace
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    place.makeObject()
    return KeyedEncodingContainer(Keyed<Key>(place: place, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    place.makeArray()
    return Unkeyed(place: place, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(place: place, codingPath: codingPath) }

  struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let place: JSONPlace
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { place.member(key.stringValue).set(.null) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
      try place.member(key.stringValue).encode(value, codingPath + [key])
    }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
      encoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { JSONValueEncoder(place: place.member("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
    private func encoder(_ key: Key) -> JSONValueEncoder {
      JSONValueEncoder(place: place.member(key.stringValue), codingPath: codingPath + [key])
    }
  }

  struct Unkeyed: UnkeyedEncodingContainer {
    let place: JSONPlace
    let codingPath: [any CodingKey]
    var count: Int { place.count }

    func encodeNil() { place.append().set(.null) }
    func encode<T: Encodable>(_ value: T) throws { try place.append().encode(value, codingPath) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      JSONValueEncoder(place: place.append(), codingPath: codingPath).container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      JSONValueEncoder(place: place.append(), codingPath: codingPath).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { JSONValueEncoder(place: place.append(), codingPath: codingPath) }
  }

  struct Single: SingleValueEncodingContainer {
    let place: JSONPlace
    let codingPath: [any CodingKey]

    func encodeNil() { place.set(.null) }
    // The plain types' own encode(to:) comes here; `JSONPlace.encode` has dealt with them already.
    func encode<T: Encodable>(_ value: T) throws { try place.encode(value, codingPath) }
  }
}
