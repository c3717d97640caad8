package io.sparkattention.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive written from its source text: a stored zip of one class without parameters,
 * whose methods may call any operator of libtorch. The layout is that of {@code torch.jit.save}:
 * {@code data.pkl} (an object of the class with {@code training = False}), {@code constants.pkl}
 * (an empty tuple), {@code version} and {@code code/__torch__.py}.
 */
final class ScriptArchive {

  private static final String CLASS_NAME = "Operators";

  private ScriptArchive() {}

  /**
   * Reads method definitions from resources beside this class and makes one archive of them.
   *
   * @param resources such as {@code layers.torchscript}
   * @param substitutions text to put in place of {@code ${name}}
   */
  static byte[] ofResources(List<String> resources, Map<String, String> substitutions) {
    StringBuilder methods = new StringBuilder();
    resources.forEach(each -> methods.append(source(each)));
    String source = methods.toString();
    for (Map.Entry<String, String> each : substitutions.entrySet()) {
      source = source.replace("${" + each.getKey() + "}", each.getValue());
    }
    return ofSource(source);
  }

  private static String source(String resource) {
    try (InputStream in = ScriptArchive.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the archive of method definitions, each indented by two spaces. */
  static byte[] ofSource(String methods) {
    String source =
        "class "
            + CLASS_NAME
            + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
            + methods.replace("${self}", "self: __torch__." + CLASS_NAME);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickledObject());
      store(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", "10\n".getBytes(StandardCharsets.UTF_8));
      store(zip, "byteorder", "little".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Pickle protocol 2 for an object of the class with {@code training = False}. */
  private static byte[] pickledObject() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x80, 2});
    out.writeBytes(("c__torch__\n" + CLASS_NAME + "\n").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    out.writeBytes("training".getBytes(StandardCharsets.UTF_8));
    out.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
    return out.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("operators/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
