"""Prints the events of a file of TensorBoard as JSON, read by TensorBoard itself where Python has it, else by protobuf's own
runtime with the fields of event.proto, and a checksum from a table. Exits with 3 where Python has neither."""
import json
import math
import struct
import sys

path = sys.argv[1]


def described(event):
    """What a test compares."""
    values = []
    for value in event.summary.value:
        if value.HasField("simple_value"):
            number = value.simple_value
            values.append({"tag": value.tag, "number": number if math.isfinite(number) else str(number)})
        elif value.HasField("image"):
            picture = value.image
            values.append({"tag": value.tag, "width": picture.width, "height": picture.height,
                           "png": picture.encoded_image_string.hex()})
        else:
            texts = [text.decode() for text in value.tensor.string_val]
            sizes = [dim.size for dim in value.tensor.tensor_shape.dim]
            values.append({"tag": value.tag, "texts": texts, "shape": sizes, "dtype": value.tensor.dtype,
                           "plugin": value.metadata.plugin_data.plugin_name})
    return {"wallTime": event.wall_time, "step": event.step, "fileVersion": event.file_version,
            "restart": event.session_log.status, "values": values}


def crc32c_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
        table.append(n)
    return table


def records(data):
    table = crc32c_table()

    def masked(some):
        crc = 0xFFFFFFFF
        for byte in some:
            crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
        crc ^= 0xFFFFFFFF
        return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF

    at = 0
    while at < len(data):
        length, head = struct.unpack_from("<QI", data, at)
        assert head == masked(data[at:at + 8]), "checksum of the length"
        body = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body), "checksum of the event"
        yield body
        at += 16 + length


def event_class():
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="t", syntax="proto3")
    double, single, int64, int32, text, data, message = 1, 2, 3, 5, 9, 12, 11
    shapes = {
        "Dim": [("size", 1, int64, None, False)],
        "Shape": [("dim", 2, message, "Dim", True)],
        "Tensor": [("dtype", 1, int32, None, False), ("tensor_shape", 2, message, "Shape", False),
                   ("string_val", 8, data, None, True)],
        "PluginData": [("plugin_name", 1, text, None, False)],
        "Metadata": [("plugin_data", 1, message, "PluginData", False)],
        "Image": [("height", 1, int32, None, False), ("width", 2, int32, None, False),
                  ("colorspace", 3, int32, None, False), ("encoded_image_string", 4, data, None, False)],
        "Value": [("tag", 1, text, None, False), ("simple_value", 2, single, None, False),
                  ("image", 4, message, "Image", False), ("tensor", 8, message, "Tensor", False),
                  ("metadata", 9, message, "Metadata", False)],
        "Summary": [("value", 1, message, "Value", True)],
        "SessionLog": [("status", 1, int32, None, False)],
        "Event": [("wall_time", 1, double, None, False), ("step", 2, int64, None, False),
                  ("file_version", 3, text, None, False), ("summary", 5, message, "Summary", False),
                  ("session_log", 7, message, "SessionLog", False)],
    }
    for name, fields in shapes.items():
        shape = file.message_type.add(name=name)
        for field, number, kind, type_name, repeated in fields:
            added = shape.field.add(name=field, number=number, type=kind, label=3 if repeated else 1)
            if type_name is not None:
                added.type_name = f".t.{type_name}"
            # a value is one of these
            if name == "Value" and field in ("simple_value", "image", "tensor"):
                added.oneof_index = 0
        if name == "Value":
            shape.oneof_decl.add(name="value")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName("t.Event")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(found)
    return message_factory.MessageFactory(pool).GetPrototype(found)


def read():
    try:
        from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
        return "tensorboard", [described(event) for event in LegacyEventFileLoader(path).Load()]
    except ImportError:
        pass
    try:
        kind = event_class()
    except ImportError:
        sys.exit(3)
    with open(path, "rb") as file:
        events = [kind.FromString(record) for record in records(file.read())]
    for event in events:
        assert not unknown(event), "fields that event.proto does not have"
    return "protobuf", [described(event) for event in events]


def unknown(event):
    copy = type(event).FromString(event.SerializeToString())
    copy.DiscardUnknownFields()
    return copy.SerializeToString() != event.SerializeToString()


reader, events = read()
print(json.dumps({"reader": reader, "events": events}))
